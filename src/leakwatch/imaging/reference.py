"""The picture without cement, in bone coordinates, that later frames are held against.

Frames are averaged with the inverse of their noise variance, so that the noisy frames at the start of a
fluoroscopy loop count for little; the reference is ready once it is worth `min_frames` frames of the present
noise. It is closed for good when cement is first seen: a background that kept learning would absorb it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakwatch.config.imaging import ReferenceConfig
from leakwatch.imaging.filters import Image, Mask


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """A growing mean.

    Attributes
    ----------
    mean
        (rows, columns) float32 attenuation on the canvas, at the exposure of the first frame.
    weight
        Sum of the frames' inverse noise variances.
    noise
        One-pixel noise of the latest frame.
    start_s
        Time of the first frame in it.
    closed
        True once it must not change any more.
    """

    mean: Image
    weight: float
    noise: float
    start_s: float
    closed: bool = False

    @property
    def worth(self) -> float:
        """How many frames of the present noise the mean is worth."""
        return self.weight * self.noise**2


def start_reference(picture: Image, noise: float, time_s: float) -> ReferenceState:
    """Begin with the first frame on the canvas."""
    noise = max(noise, 1e-9)
    return ReferenceState(picture, noise**-2, noise, time_s)


def offset_to(reference: ReferenceState, picture: Image, background: Mask) -> float:
    """How much denser the whole picture is than the reference: exposure control, not material."""
    return float(np.median((picture - reference.mean)[background])) if background.any() else 0.0


def refine(reference: ReferenceState, picture: Image, offset: float, noise: float) -> ReferenceState:
    """Add a frame, its exposure `offset` removed; a closed reference only notes the noise."""
    noise = max(noise, 1e-9)
    if reference.closed:
        return replace(reference, noise=noise)
    total = reference.weight + noise**-2
    share = np.float32(noise**-2 / total)
    mean = reference.mean + share * (picture - np.float32(offset) - reference.mean)
    return replace(reference, mean=mean, weight=total, noise=noise)


def is_ready(reference: ReferenceState, time_s: float, config: ReferenceConfig) -> bool:
    """Whether frames can be judged against it."""
    return reference.closed or (
        reference.worth >= config.min_frames and time_s - reference.start_s >= config.min_s
    )


def close_if_due(
    reference: ReferenceState, time_s: float, cement_seen: bool, config: ReferenceConfig
) -> ReferenceState:
    """Close it once cement is seen or its time is over, but never before it is ready."""
    due = cement_seen or time_s - reference.start_s > config.max_s
    return replace(reference, closed=True) if due and is_ready(reference, time_s, config) else reference
