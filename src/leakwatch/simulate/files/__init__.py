"""What a case looks like on disk."""
