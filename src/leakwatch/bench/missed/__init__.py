"""Where leaks are lost: not to be seen, not marked, not believed, or believed too late."""
