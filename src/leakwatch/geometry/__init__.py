"""C-arm geometry: pixels, rays and patient space."""
