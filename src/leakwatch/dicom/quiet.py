"""Keep to ourselves what is not fit for a user's eyes: the parser's warnings, and letters that do harm."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Collect warnings instead of showing or logging them; not their texts are for users, their number is."""
    logger = logging.getLogger("pydicom")
    was_disabled, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield caught
    finally:
        logger.disabled = was_disabled


def printable(sentence: str) -> str:
    """Return a sentence with ``?`` for every letter that cannot be shown.

    File names may hold line feeds, terminal commands and bytes that are no text; a message is one line.
    """
    return "".join(letter if letter.isprintable() else "?" for letter in sentence)
