"""The network that finds the treated bone: its views, its training, its figures."""
