"""A step in somebody else's pipeline: one folder in, one folder out (mercure, MONAI Deploy, Holoscan)."""
