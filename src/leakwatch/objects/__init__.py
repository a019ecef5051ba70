"""Results as DICOM objects that a PACS takes and a viewer shows, each pointing at the run it is about."""
