"""Keep the page within its size: smaller and coarser pictures, never fewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leakwatch.review.jpeg import decode, encode, reduce_to

_LADDER = ((1.0, 70), (1.0, 55), (0.75, 60), (0.5, 60), (0.375, 55), (0.25, 50))
_MIN_SIDE_PX = 128
_BASE64 = 4.0 / 3.0


@dataclass(frozen=True, slots=True)
class Reduction:
    """How the kept pictures are made smaller: the longer side times `scale`, and a JPEG quality."""

    scale: float
    quality: int

    def apply(self, jpeg: bytes) -> bytes:
        """Make one picture smaller, no side shorter than a picture that still shows anything."""
        greys = decode(jpeg)
        longer = max(greys.shape)
        side = min(longer, max(_MIN_SIDE_PX, round(longer * self.scale)))
        return encode(reduce_to(greys, side), self.quality)


def fits(picture_bytes: int, other_bytes: int, max_bytes: float) -> bool:
    """Whether the page stays within its limit; pictures grow by a third as base64."""
    return picture_bytes * _BASE64 + other_bytes <= max_bytes


def choose_reduction(
    samples: Sequence[bytes], picture_bytes: int, other_bytes: int, max_bytes: float
) -> Reduction | None:
    """Choose the mildest reduction that fits, tried out on a few of the page's own pictures.

    Parameters
    ----------
    samples
        Some of the kept JPEG files, spread over the page.
    picture_bytes, other_bytes
        Size of all JPEG files, and of everything else on the page.
    max_bytes
        Limit of the page.

    Returns
    -------
    Reduction or None
        None where all fits as it is; the strongest reduction where not even that fits.
    """
    if not samples or fits(picture_bytes, other_bytes, max_bytes):
        return None
    before = sum(len(sample) for sample in samples)
    for scale, quality in _LADDER:
        reduction = Reduction(scale, quality)
        ratio = sum(len(reduction.apply(sample)) for sample in samples) / before
        if fits(round(picture_bytes * ratio), other_bytes, max_bytes):
            return reduction
    return Reduction(*_LADDER[-1])
