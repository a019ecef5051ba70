"""What the video library throws, as one kind of error with a short reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 80
_STANDARD = (OSError, ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError, EOFError)


@contextmanager
def as_value_error() -> Iterator[None]:
    """Raise ValueError for anything that a demuxer or decoder fails with."""
    try:
        yield
    # the library's errors are mixtures of OSError, ValueError, LookupError and others
    except _kinds() as error:
        raise ValueError(reason(error)) from error


def _kinds() -> tuple[type[Exception], ...]:
    """All of them; some are the library's alone. Asked for once there is one, for the import is slow."""
    import av

    return (*_STANDARD, av.FFmpegError)


def reason(error: Exception) -> str:
    """Say why in a few words, without the file's name or the library's function."""
    words = error.strerror if isinstance(error, OSError) else getattr(error, "strerror", None) or str(error)
    first = (str(words or "").splitlines() or [""])[0]
    return first[:_LONGEST] or type(error).__name__
