"""From line integrals to the detector's signal: scatter, blur, quanta, exposure control, lag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.config.detector import DetectorSection, ExposureSection


@dataclass(frozen=True, slots=True)
class Exposure:
    """One frame's exposure: detected quanta relative to nominal, and how bright the frame comes out."""

    dose: float
    brightness: float


def exposure_at(config: ExposureSection, frame: int, time_s: float) -> Exposure:
    """Say what exposure control does at a frame; `time_s` on the case's clock.

    Settling decays over the first frames: noise `settling_noise` times as high needs its square fewer
    quanta. A step changes quanta and brightness alike.
    """
    remaining = max(0.0, 1.0 - frame / config.settling_frames) if config.settling_frames else 0.0
    noise = 1 + (config.settling_noise - 1) * remaining
    brightness = 1 + (config.settling_brightness - 1) * remaining
    stepped = config.step_time_s is not None and time_s >= config.step_time_s
    factor = config.step_factor if stepped else 1.0
    return Exposure(factor / noise**2, factor * brightness)


def mean_intensity(
    attenuation: NDArray[np.float32], reference: float, config: DetectorSection, pixel_mm: float
) -> NDArray[np.float64]:
    """Give expected relative intensity, 1 where attenuation is `reference`, without noise.

    Scatter is the primary blurred over `scatter_range_mm`: local enough to follow the patient, wide
    enough to hold no detail.
    """
    primary = np.exp(reference - attenuation.astype(np.float64))
    veil = ndimage.gaussian_filter(primary, config.scatter_range_mm / pixel_mm, mode="nearest", truncate=3.0)
    total = (primary + config.scatter_to_primary * veil) / (1 + config.scatter_to_primary)
    if config.blur_px > 0:
        total = ndimage.gaussian_filter(total, config.blur_px, mode="nearest")
    return np.asarray(total, np.float64)


def detected(
    mean: NDArray[np.float64], exposure: Exposure, config: DetectorSection, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Noisy relative signal: Poisson quanta and Gaussian electronics, brought to the frame's brightness."""
    if not config.noise:
        return mean * exposure.brightness
    quanta = config.photons_per_pixel * exposure.dose
    counts = rng.poisson(mean * quanta) + rng.normal(0.0, config.electronic_noise_photons, mean.shape)
    return counts * (exposure.brightness / quanta)


def with_lag(
    signal: NDArray[np.float64], previous: NDArray[np.float64] | None, lag: float
) -> NDArray[np.float64]:
    """First-order lag: the share `lag` of what was read last is read again."""
    return signal if previous is None else (1 - lag) * signal + lag * previous
