"""Two hundred simulated cases, analysed and scored: the operating point."""
