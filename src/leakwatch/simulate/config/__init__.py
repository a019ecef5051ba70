"""What can be set about a simulated case; every default has its home here."""
