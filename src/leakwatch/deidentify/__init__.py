"""Runs and their results without the patient (PS3.15 Annex E)."""
