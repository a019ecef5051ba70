"""A patient from the user's own CT."""
