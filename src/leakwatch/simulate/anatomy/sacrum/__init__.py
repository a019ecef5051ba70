"""A sacrum between its ilia."""
