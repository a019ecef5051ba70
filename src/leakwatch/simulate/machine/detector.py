"""From the primary beam to the detector's reading: scatter, blur, quanta, electronics, lag."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.detector import DetectorSection
from leakwatch.simulate.machine.exposure import Exposure

Picture = NDArray[np.float32]
# Scatter holds no detail finer than this part of its range: it is worked out on a coarser picture.
_SCATTER_GRAIN = 0.2


@dataclass(frozen=True, slots=True)
class Lag:
    """Charge left in the panel: the frame before, and what slow traps still give, (rows, columns)."""

    previous: Picture
    trapped: Picture


def mean_intensity(primary: Picture, config: DetectorSection, pixel_mm: float) -> Picture:
    """Give expected relative intensity without noise: primary and scatter, blurred by the detector.

    Scatter is the primary blurred over `scatter_range_mm`: local enough to follow the patient, wide
    enough to hold no detail. An even field keeps its level.
    """
    total = primary
    if config.scatter_to_primary > 0:
        veil = _wide_blur(primary, config.scatter_range_mm / pixel_mm)
        mixed = (primary + config.scatter_to_primary * veil) / (1 + config.scatter_to_primary)
        total = mixed.astype(np.float32)
    if config.blur_px == 0:
        return total
    blurred = cv2.GaussianBlur(total, (0, 0), config.blur_px, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32)


def detected(mean: Picture, exposure: Exposure, config: DetectorSection, rng: np.random.Generator) -> Picture:
    """Noisy relative signal: Poisson quanta and Gaussian electronics, brought to the frame's brightness."""
    if not config.noise:
        return np.asarray(mean * exposure.brightness, np.float32)
    quanta = config.photons_per_pixel * exposure.dose
    counts = rng.poisson(mean * quanta).astype(np.float32)
    counts += config.electronic_noise_photons * rng.standard_normal(mean.shape, dtype=np.float32)
    return np.asarray(counts * (exposure.brightness / quanta), np.float32)


def with_lag(signal: Picture, before: Lag | None, config: DetectorSection) -> tuple[Picture, Lag]:
    """Read a frame and what is left of those before it.

    A frame's signal is read again as ``lag + lag_tail`` of it in the next frame, and in the n-th as
    ``lag_tail * lag_tail_decay ** (n - 1)``; what is read later is missing now. A first frame counts as
    if the panel had seen it for long.
    """
    rest = 1 - config.lag_tail_decay
    if before is None:
        return signal, Lag(signal, np.asarray(signal / rest, np.float32))
    trapped = before.trapped
    kept = 1 - config.lag - config.lag_tail / rest
    reading = kept * signal + config.lag * before.previous + config.lag_tail * trapped
    after = Lag(signal, np.asarray(signal + config.lag_tail_decay * trapped, np.float32))
    return np.asarray(reading, np.float32), after


def _wide_blur(picture: Picture, sigma_px: float) -> Picture:
    """Gaussian blur, on a picture averaged down as far as the blur allows."""
    rows, columns = picture.shape
    step = max(1, int(_SCATTER_GRAIN * sigma_px))
    small = cv2.resize(picture, (max(1, columns // step), max(1, rows // step)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / step, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
