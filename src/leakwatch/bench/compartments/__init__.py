"""Are leaks placed rightly? Answers held against the way out that was simulated."""
