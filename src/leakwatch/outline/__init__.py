"""The treated bone: given or found."""
