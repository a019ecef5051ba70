"""A picture for a person to look at: the darkest and the brightest that each pixel ever was.

Whatever is written into any frame shows in one of the two.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.results.atomic import new_file


def write_sheet(path: Path, least: NDArray[np.integer], most: NDArray[np.integer]) -> None:
    """Write both beside each other, each over its whole range of grey, as PNG."""
    both = np.hstack([_greys(least), _greys(most)])
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_file(path) as partial:
        partial.write_bytes(cv2.imencode(".png", both)[1].tobytes())


def _greys(pixels: NDArray[np.integer]) -> NDArray[np.uint8]:
    values = pixels.astype(np.float64)
    span = max(float(values.max() - values.min()), 1.0)
    return np.asarray((values - values.min()) / span * 255, np.uint8)
