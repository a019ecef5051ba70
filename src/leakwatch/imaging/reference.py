"""The picture without cement, in bone coordinates, that later frames are held against.

Frames are averaged with the inverse of their noise variance, so that the noisy frames at the start of a
fluoroscopy loop count for little; the reference is ready once it is worth `min_frames` frames of the present
noise. It is closed for good when cement is first seen: a background that kept learning would absorb it.

Cement is there before it is seen. So frames wait for `hold_s` before they count, and those that still wait
when the reference is closed are dropped, unless it would be worth less than `min_frames` without them.

A frame counts only where the picture was open. What the blades covered for most of the time, or what lay
beyond the edge, is not known, however open it is later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakwatch.config.imaging import ReferenceConfig
from leakwatch.imaging.filters import Image, Mask

_KNOWN_SHARE = 0.5  # of the weight of the best known pixel
_PARTS_PER_HOLD = 4  # frames wait in so many bundles, which bounds the memory they take


@dataclass(frozen=True, slots=True)
class Part:
    """The mean of some frames in a row.

    Attributes
    ----------
    mean
        (rows, columns) float32 attenuation on the canvas, at the exposure of the run's first frame.
    weight
        Sum of the frames' inverse noise variances.
    open_weight
        (rows, columns) float32: the same of those frames alone in which the pixel was open.
    start_s, end_s
        Times of the first frame and the last.
    """

    mean: Image
    weight: float
    open_weight: Image
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """A growing mean.

    Attributes
    ----------
    mean
        (rows, columns) float32: what frames are held against.
    known
        (rows, columns) where that can be relied on.
    parts
        What it is made of, oldest first, and what waits; empty once it is closed.
    weight
        Sum of the inverse noise variances of all of them.
    noise
        One-pixel noise of the latest frame.
    start_s
        Time of the first frame in it.
    closed
        True once it must not change any more.
    """

    mean: Image
    known: Mask
    parts: tuple[Part, ...]
    weight: float
    noise: float
    start_s: float
    closed: bool = False

    @property
    def worth(self) -> float:
        """How many frames of the present noise the mean is worth."""
        return self.weight * self.noise**2


def start_reference(picture: Image, open_: Mask, noise: float, time_s: float) -> ReferenceState:
    """Begin with the first frame on the canvas, `open_` where it shows something."""
    first = _part(picture, open_, noise, time_s)
    return ReferenceState(picture, open_, (first,), first.weight, max(noise, 1e-9), time_s)


def offset_to(reference: ReferenceState, picture: Image, background: Mask) -> float:
    """How much denser the whole picture is than the reference: exposure control, not material."""
    return float(np.median((picture - reference.mean)[background])) if background.any() else 0.0


def refine(
    reference: ReferenceState,
    picture: Image,
    open_: Mask,
    offset: float,
    noise: float,
    time_s: float,
    config: ReferenceConfig,
) -> ReferenceState:
    """Add a frame, its exposure `offset` removed; a closed reference only notes the noise."""
    noise = max(noise, 1e-9)
    if reference.closed:
        return replace(reference, noise=noise)
    latest = _part(picture - np.float32(offset), open_, noise, time_s)
    parts = reference.parts
    if time_s - parts[-1].start_s < config.hold_s / _PARTS_PER_HOLD:
        parts = (*parts[:-1], _join(parts[-1], latest))
    else:
        parts = (*parts, latest)
    while len(parts) > 1 and time_s - parts[1].end_s >= config.hold_s:
        parts = (_join(parts[0], parts[1]), *parts[2:])
    waited = _waited(parts, time_s, noise, config)
    weight = reference.weight + noise**-2
    return replace(reference, mean=waited.mean, known=_known(waited), parts=parts, weight=weight, noise=noise)


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
    if reference.closed or not due or not is_ready(reference, time_s, config):
        return reference
    # without cement nothing in it can be cement's, and all of it counts
    kept = _waited(reference.parts, time_s, reference.noise, config) if cement_seen else _all(reference.parts)
    return replace(reference, mean=kept.mean, known=_known(kept), weight=kept.weight, parts=(), closed=True)


def relearn(reference: ReferenceState, mean: Image, where: Mask) -> ReferenceState:
    """Take `mean` for the background at some pixels: what covered them before has left."""
    parts = tuple(
        replace(
            part,
            mean=np.where(where, mean, part.mean),
            open_weight=np.where(where, np.float32(part.weight), part.open_weight),
        )
        for part in reference.parts
    )
    renewed = np.where(where, mean, reference.mean)
    return replace(reference, mean=renewed, known=reference.known | where, parts=parts)


def _waited(parts: tuple[Part, ...], time_s: float, noise: float, config: ReferenceConfig) -> Part:
    """Join the parts that have waited long enough, and as many more as make it worth `min_frames`."""
    joined = parts[0]
    for part in parts[1:]:
        if time_s - part.end_s < config.hold_s and joined.weight * noise**2 >= config.min_frames:
            break
        joined = _join(joined, part)
    return joined


def _all(parts: tuple[Part, ...]) -> Part:
    joined = parts[0]
    for part in parts[1:]:
        joined = _join(joined, part)
    return joined


def _part(picture: Image, open_: Mask, noise: float, time_s: float) -> Part:
    weight = max(noise, 1e-9) ** -2
    return Part(picture, weight, open_ * np.float32(weight), time_s, time_s)


def _known(part: Part) -> Mask:
    return np.asarray(part.open_weight > _KNOWN_SHARE * part.open_weight.max(), np.bool_)


def _join(one: Part, other: Part) -> Part:
    open_weight = one.open_weight + other.open_weight
    share = np.divide(
        other.open_weight, open_weight, out=np.full_like(open_weight, 0.5), where=open_weight > 0
    )
    mean = one.mean + share * (other.mean - one.mean)
    return Part(mean, one.weight + other.weight, open_weight, one.start_s, other.end_s)
