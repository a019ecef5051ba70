"""X-rays through matter: spectra, materials and path lengths along the rays of a view."""
