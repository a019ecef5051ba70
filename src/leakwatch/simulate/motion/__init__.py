"""How things move, in space and in the picture."""
