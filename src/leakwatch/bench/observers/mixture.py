"""OpenCV's background subtraction on the picture as a viewer shows it, at OpenCV's own settings."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.observers.outlined import area_outside_mm2
from leakwatch.nouns import Frame, Run

_CUT_PERCENT = (0.5, 99.5)
_HISTORY = 500
"""Frames, as OpenCV has it."""
_FOREGROUND = 255
_SEED = 1


@dataclass(slots=True)
class Mixture:
    """MOG2 (Zivkovic 2004) or KNN (Zivkovic and van der Heijden 2006); pictures are not registered.

    Grey levels are fixed by the first frame, so that exposure control shows as what it is.
    """

    run: Run
    bone: NDArray[np.bool_]
    model: cv2.BackgroundSubtractor
    _limits: tuple[float, float] | None = None

    def area_mm2(self, frame: Frame, learning: bool) -> float:
        """Area of foreground outside the bone; NaN while the background is being learned."""
        found = self.model.apply(self._grey(frame)) == _FOREGROUND
        if learning:
            return float("nan")
        return area_outside_mm2(found & frame.valid, self.bone, self.run)

    def _grey(self, frame: Frame) -> NDArray[np.uint8]:
        if self._limits is None:
            inner = frame.attenuation[frame.valid] if frame.valid.any() else frame.attenuation
            low, high = np.percentile(inner, _CUT_PERCENT)
            self._limits = float(low), max(float(high - low), 1e-6)
        low, span = self._limits
        return np.asarray(np.clip((frame.attenuation - low) / span, 0, 1) * 255, np.uint8)


def mog2(run: Run, bone: NDArray[np.bool_]) -> Mixture:
    """Watch with MOG2, shadows not told apart."""
    return Mixture(run, bone, cv2.createBackgroundSubtractorMOG2(_HISTORY, detectShadows=False))


def knn(run: Run, bone: NDArray[np.bool_]) -> Mixture:
    """Watch with KNN, shadows not told apart."""
    # It forgets samples at random, by OpenCV's own generator: the same run must give the same trace.
    cv2.setRNGSeed(_SEED)
    return Mixture(run, bone, cv2.createBackgroundSubtractorKNN(_HISTORY, detectShadows=False))
