"""Does the smallest leak that a run states hold? Stated sizes beside simulated leaks that grew past them."""
