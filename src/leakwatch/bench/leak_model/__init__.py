"""Fit the leak model to simulated recordings, and calibrate its threshold."""
