"""Measurements of speed, memory and detection."""
