"""Plain subtraction: the whole picture registered by phase correlation to the mean of the first frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.observers.outlined import area_outside_mm2, shifted
from leakwatch.nouns import Frame, Run

_SIGMAS = 5.0
_SMOOTH_PX = 1.0
_MAD_TO_SIGMA = 1.4826


@dataclass(slots=True)
class Subtraction:
    """Darkening against the mean of the frames to learn from, beyond 5 robust sigmas of it.

    The bone's mask is moved by the shift that was found for the whole picture.
    """

    run: Run
    bone: NDArray[np.bool_]
    _sum: NDArray[np.float32] | None = None
    _learned: int = 0

    def area_mm2(self, frame: Frame, learning: bool) -> float:
        """Area of darkening outside the bone; NaN on the frames that the mean is made of."""
        picture = _filled(frame)
        if learning or self._sum is None:
            self._sum = picture if self._sum is None else self._sum + picture
            self._learned += 1
            return float("nan")
        mean = self._sum / np.float32(self._learned)
        window = cv2.createHanningWindow(mean.shape[::-1], cv2.CV_32F)
        with _one_thread():
            # OpenCV 4 multiplies the window into its arguments where their size suits it.
            (dx_px, dy_px), _ = cv2.phaseCorrelate(mean.copy(), picture.copy(), window)
        move = np.array([[1.0, 0.0, dx_px], [0.0, 1.0, dy_px]])
        expected = cv2.warpAffine(mean, move, mean.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
        difference = cv2.GaussianBlur(picture - expected, (0, 0), _SMOOTH_PX)
        inner = difference[frame.valid]
        if not inner.size:
            return float("nan")
        level = np.median(inner)
        sigma = _MAD_TO_SIGMA * np.median(np.abs(inner - level))
        found = (difference - level > _SIGMAS * max(sigma, 1e-6)) & frame.valid
        return area_outside_mm2(found, shifted(self.bone, dx_px, dy_px), self.run)


def _filled(frame: Frame) -> NDArray[np.float32]:
    """Attenuation, with the median where there is none."""
    if frame.valid.all() or not frame.valid.any():
        return frame.attenuation
    middle = np.median(frame.attenuation[frame.valid])
    return np.where(frame.valid, frame.attenuation, np.float32(middle))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sum the spectrum in one order: the shift's last digits must not depend on the machine's cores."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
