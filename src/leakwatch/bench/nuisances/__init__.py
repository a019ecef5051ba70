"""Runs disturbed in one way at a time: do they alarm for that, and do they recover."""
