"""Things that are neither bone nor cement: needles, and what comes in over the border of the picture."""
