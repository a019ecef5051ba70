"""How much more likely a frame is with a known leak than without."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LogRatio:
    """Natural logarithm of the likelihood ratio, leak over none, of one frame.

    Attributes
    ----------
    value
        Of this frame.
    mean_without, variance_without
        Of frames without the leak, over their noise.
    mean_with
        Of frames with it.
    """

    value: float
    mean_without: float
    variance_without: float
    mean_with: float


def log_ratio(
    counted: Picture, without: Picture, with_leak: Picture, within: NDArray[np.bool_] | None = None
) -> LogRatio:
    """Weigh a frame of independent Poisson pixels with known means.

    Per pixel ``n ln(with / without) - (with - without)``. For a weak leak this is the matched filter with
    each pixel weighted by the inverse of its variance, and ``(mean_with - mean_without) ** 2 /
    variance_without`` is its squared detectability, the sum of ``(with - without) ** 2 / without``.

    Parameters
    ----------
    counted, without, with_leak
        (rows, columns) counts and their two means, all above 0.
    within
        Pixels that count; None for all.
    """
    changed = with_leak != without
    if within is not None:
        changed &= within
    n, low, high = counted[changed], without[changed], with_leak[changed]
    weight, missing = np.log(high / low), high - low
    constant = float(missing.sum())
    return LogRatio(
        float(n @ weight) - constant,
        float(low @ weight) - constant,
        float(low @ weight**2),
        float(high @ weight) - constant,
    )
