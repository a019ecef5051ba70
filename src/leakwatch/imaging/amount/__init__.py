"""How much cement: thickness and volume, where the intensity is calibrated."""
