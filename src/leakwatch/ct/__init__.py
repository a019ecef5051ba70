"""A pre-operative CT laid on the fluoroscopy views: digitally reconstructed radiographs and registration."""
