"""Broken files by the thousand, fed to everything that reads files: no crash, no hang, no memory growth."""
