"""Where a leak went, as far as one view can tell, and Yeom's type of it."""
