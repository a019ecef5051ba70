"""Needle and cement: what fills when, inside the bone and out of it."""
