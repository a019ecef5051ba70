"""One door to recordings, whatever holds them: DICOM files or video."""
