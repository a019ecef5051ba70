"""Simulated fluoroscopy with truth."""
