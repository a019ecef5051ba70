"""The machine: detector, exposure control, processing and the stored value."""
