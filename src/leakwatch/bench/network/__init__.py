"""How the cement network is made: frames gathered from simulated cases, training, and what it is worth."""
