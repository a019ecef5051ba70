"""Pictures that an export shows more than once."""

from __future__ import annotations

import numpy as np

from leakwatch.video.stream import PictureStream

_LOOKED_AT = 60
_QUIET = 0.1
"""Quantum noise is new in every X-ray pulse. A picture that differs from the one before it by less than this
share of what new pictures differ by has no new noise, only the encoder's touch."""
_NEW = 90.0
"""Percentile of the differences that stands for a new picture: up to 9 in 10 may be repeats."""


def count_repeats(stream: PictureStream, first: int, end: int) -> tuple[int, int]:
    """Compare the first pictures from `first` on with those before them; returns (repeats, compared).

    A picture is a repeat if its mean absolute difference from the one before is under a tenth of the 90th
    percentile of all such differences. A picture that cannot be decoded ends the comparison.
    """
    differences: list[float] = []
    before = None
    for number in range(first, min(end, first + _LOOKED_AT)):
        try:
            pixels = stream.picture(number).pixels.astype(np.float32)
        except ValueError:
            break
        if before is not None and before.shape == pixels.shape:
            differences.append(float(np.abs(pixels - before).mean()))
        before = pixels
    if not differences:
        return 0, 0
    new = float(np.percentile(differences, _NEW))
    return sum(difference <= _QUIET * new for difference in differences), len(differences)
