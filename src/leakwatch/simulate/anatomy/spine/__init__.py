"""A spine in a trunk, one vertebral body of which is treated."""
