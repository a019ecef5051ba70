"""What tells cement from everything else that darkens: a small network, and what it looks at."""
