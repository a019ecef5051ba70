"""What is there, how it will be read, what is missing and what that costs; no frame is analysed."""
