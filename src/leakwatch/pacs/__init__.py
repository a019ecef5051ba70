"""Speaking DICOM with other machines: sending, receiving, asking."""
