"""What else comes into the beam: needle, hands, older cement, contrast medium, a wave of gas."""
