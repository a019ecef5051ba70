"""The file that an arriving data set is written to, piece by piece, which bears a full disk.

By hand, in the place of pynetdicom's own temporary file: a write that fails there ends the thread that reads
from the network, and the caller waits in vain for the answer it is owed (PS3.4 table B.2-1: A700).
"""

from __future__ import annotations

import io
import weakref
from contextlib import suppress
from pathlib import Path
from uuid import uuid4


class Spool:
    """As much of `NamedTemporaryFile` as pynetdicom uses; once a write has failed the rest is dropped.

    Attributes
    ----------
    name
        Path of the file; it is removed with the object, unless it was moved elsewhere.
    failure
        Why there is no whole file; None where there is.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / f"{uuid4().hex}.dcm"
        self.name = str(path)
        self.failure: OSError | None = None
        self._content: io.FileIO | None = None
        try:
            # unbuffered, so that nothing is left over to fail when it is closed
            self._content = io.FileIO(path, "wb")
        except OSError as error:
            self.failure = error
        weakref.finalize(self, _forget, path, self._content)

    @property
    def file(self) -> Spool:
        """Itself: pynetdicom flushes what is below a temporary file."""
        return self

    def write(self, piece: bytes) -> int:
        """Write a piece, whole, or note why that fails and give the room back."""
        if self.failure is None and self._content is not None:
            left = memoryview(piece)
            try:
                while left:
                    left = left[self._content.write(left) :]
            except OSError as error:
                self.failure = error
                with suppress(OSError):
                    self._content.truncate(0)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: there is no buffer."""

    def close(self) -> None:
        """Close the file; a failure is noted like one of writing."""
        if self._content is not None:
            try:
                self._content.close()
            except OSError as error:
                self.failure = self.failure or error


def _forget(path: Path, content: io.FileIO | None) -> None:
    """Remove what a transfer left that was cut off."""
    with suppress(OSError):
        if content is not None:
            content.close()
    with suppress(OSError):
        path.unlink(missing_ok=True)
