"""Two pictures and their difference, side by side, each with its grey scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_SCALE = 1.5
_BAR_PX = 44


def write_panel(
    path: Path, ours: NDArray[np.float64], reference: NDArray[np.float64], widest_difference: float
) -> None:
    """Write a PNG of line integrals, bright where little is attenuated, as a fluoroscope shows them.

    Parameters
    ----------
    widest_difference
        Ours less the reference that is shown as white; its negative is black.
    """
    import cv2

    low, high = (float(level) for level in np.percentile(reference, (0.5, 97.0)))
    parts = [
        _part("leakwatch", ours, high, low),
        _part("gVirtualXray", reference, high, low),
        _part("difference", ours - reference, -widest_difference, widest_difference),
    ]
    cv2.imwrite(str(path), np.hstack(parts))


def _part(title: str, picture: NDArray[np.float64], black: float, white: float) -> NDArray[np.uint8]:
    """Give a picture with title and scale; line integrals `black` and `white` are shown so."""
    import cv2

    share = np.clip((picture - black) / (white - black), 0, 1)
    grey = cv2.resize(
        (255 * share).astype(np.uint8), None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_LINEAR
    )
    foot = np.zeros((_BAR_PX, grey.shape[1]), np.uint8)
    foot[6:20, 8:-8] = np.linspace(0, 255, grey.shape[1] - 16).astype(np.uint8)
    for text, x in (
        (f"{black:.2f}", 8),
        (title, grey.shape[1] // 2 - 45),
        (f"{white:.2f}", grey.shape[1] - 50),
    ):
        cv2.putText(foot, text, (x, 37), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 255, 1, cv2.LINE_AA)
    return np.asarray(np.vstack([grey, foot]), np.uint8)
