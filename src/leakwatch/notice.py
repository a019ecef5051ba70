"""The statement that every output carries."""

RESEARCH_USE = (
    "Research use only. Offline review of recorded runs. Not a medical device; not for diagnosis, "
    "not for guiding or halting an injection, not for use during a procedure."
)
