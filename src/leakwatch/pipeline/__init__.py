"""Loops around the causal core."""
