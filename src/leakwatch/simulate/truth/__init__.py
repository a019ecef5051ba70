"""What is true of a frame and of a case, by the definitions runs are scored with."""
