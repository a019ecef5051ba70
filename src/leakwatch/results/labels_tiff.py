"""labels.tif: one deflated uint8 page per frame."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tifffile import TiffWriter

from leakwatch.nouns import Run

_CLASSIC_LIMIT_BYTES = 2**32 - 2**25
"""Above this, uncompressed, 32-bit offsets might not do; the same margin as tifffile's own."""


class LabelsTiff:
    """A multi-page TIFF that grows by one page per frame.

    0 none, 1 cement inside the bone outline, 2 cement outside it, 3 cement where there is no outline.
    """

    def __init__(self, path: Path, run: Run) -> None:
        size = run.frames * run.rows * run.columns
        self._writer = TiffWriter(path, bigtiff=size > _CLASSIC_LIMIT_BYTES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, labels: NDArray[np.uint8]) -> None:
        """Append the page of one frame, (rows, columns)."""
        # metadata=None: no shape description, whose page count is unknown while frames still come.
        self._writer.write(
            labels, photometric="minisblack", compression="zlib", metadata=None, software="leakwatch"
        )

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
