"""Simulated fluoroscopy with truth: anatomy, cement, machine and file, each in its own module.

Nothing here imports the detector, and the detector imports nothing from here: truth is only ever
compared through files.
"""
