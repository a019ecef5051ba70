"""The treated bone, found in a picture without being told: where it is, and how sure that is."""
