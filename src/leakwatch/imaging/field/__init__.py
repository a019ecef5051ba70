"""What of the picture is picture: blades, painted shutters and burned-in text found in the frames."""
