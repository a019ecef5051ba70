"""Tables, labels and manifests, written beside and then renamed."""
