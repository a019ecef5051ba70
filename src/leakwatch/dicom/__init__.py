"""Find, read and clock DICOM runs; frames one at a time."""
