"""Sampled volumes, implicit solids and random texture: geometry without anatomy."""
