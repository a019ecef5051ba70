"""X-rays and what they are weakened by: materials and the spectrum a detector records."""
