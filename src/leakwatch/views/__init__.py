"""Several views of one procedure: pair, triangulate, fuse."""
