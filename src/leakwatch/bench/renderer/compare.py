"""How far two pictures of the same scene are apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FINENESS = 200


@dataclass(frozen=True, slots=True)
class Agreement:
    """Ours against the reference, over the pixels of the object.

    Attributes
    ----------
    pixels
        How many there are.
    mean
        Of the reference; line integrals without unit, or mm of path.
    error_share, bias_share
        Mean absolute and mean signed difference, ours less theirs, as shares of `mean`.
    worst
        Largest absolute difference.
    shift_px
        Length of the shift that lays one picture on the other.
    """

    pixels: int
    mean: float
    error_share: float
    bias_share: float
    worst: float
    shift_px: float


def agreement(
    ours: NDArray[np.float64], reference: NDArray[np.float64], within: NDArray[np.bool_]
) -> Agreement:
    """Compare two pictures (rows, columns) over the pixels `within`.

    Raises
    ------
    ValueError
        There is no such pixel.
    """
    if not within.any():
        msg = "there is nothing to compare: the object casts no shadow"
        raise ValueError(msg)
    difference = (ours - reference)[within]
    mean = float(reference[within].mean())
    return Agreement(
        int(within.sum()),
        mean,
        float(np.abs(difference).mean()) / mean,
        float(difference.mean()) / mean,
        float(np.abs(difference).max()),
        float(np.linalg.norm(shift_px(ours, reference))),
    )


def shift_px(ours: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shift (down, right) of the reference against ours: the peak of their cross-correlation.

    Upsampled cross-correlation after Guizar-Sicairos et al., Opt Lett 2008;33:156, in steps of 1/200 px.
    """
    from skimage.registration import phase_cross_correlation

    found = phase_cross_correlation(  # type: ignore[no-untyped-call]
        reference - reference.mean(), ours - ours.mean(), upsample_factor=_FINENESS, normalization=None
    )
    return np.asarray(found[0], np.float64)
