"""The primary beam, with scatter taken away: what thickness can be told from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.filters import Image, Mask, smooth, smooth_within

_LEAST_PRIMARY = 0.05
"""Of the signal: where scatter would leave less, its share was stated too high for that ray."""
_LEAST_LEFT = 0.01
"""Of the primary beam: no cement takes away more, noise may."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Intensity before the cement and now, each (rows, columns), at the exposure of the reference.

    Attributes
    ----------
    before, now
        Whole signal, scatter included.
    veil_before, veil_now
        The same, blurred as far as scatter spreads: scatter is a share of that.
    """

    before: Image
    now: Image
    veil_before: Image
    veil_now: Image

    def contrast(self, scatter: float, where: Mask | None = None) -> NDArray[np.float32]:
        """Attenuation that was added to the primary beam.

        With ``P`` the primary, ``S`` scatter and ``T = P + S``: ``S`` is ``scatter`` times the blurred ``T``.

        Parameters
        ----------
        scatter
            Share of the whole signal.
        where
            Pixels to do it at, (rows, columns); all, without.

        Returns
        -------
        (n,) of those pixels, or (rows, columns).
        """
        share = np.float32(scatter)
        before, now, veil_before, veil_now = (
            picture if where is None else picture[where]
            for picture in (self.before, self.now, self.veil_before, self.veil_now)
        )
        primary_before = np.maximum(before - share * veil_before, np.float32(_LEAST_PRIMARY) * before)
        primary_now = np.maximum(now - share * veil_now, np.float32(_LEAST_LEFT) * primary_before)
        return np.asarray(np.log(primary_before / primary_now), np.float32)


def signal_of(reference: Image, added: Image, open_: Mask, scatter_px: float, smoothing_px: float) -> Signal:
    """Turn attenuation into intensity.

    Parameters
    ----------
    reference
        Attenuation without cement.
    added
        What has been added since, averaged over frames, the change of exposure removed.
    open_
        Where both are known; elsewhere nothing is taken to be added.
    scatter_px
        Standard deviation of the blur that scatter is.
    smoothing_px
        Noise must not be large beside what scatter leaves: logarithms of noise are biased.
    """
    known = open_.astype(np.float32)
    # at some exposure: only ratios count
    level = np.float32(np.median(reference[open_])) if open_.any() else np.float32(0)
    before = np.exp(level - np.where(open_, reference, level))
    now = before * np.exp(-smooth(np.where(open_, added, np.float32(0)), smoothing_px))
    return Signal(
        before,
        now,
        smooth_within(before, known, scatter_px),
        smooth_within(now, known, scatter_px),
    )
