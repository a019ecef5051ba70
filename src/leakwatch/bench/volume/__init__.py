"""Volumes measured in simulated recordings, held against what was injected."""
