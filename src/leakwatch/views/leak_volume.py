"""How much of the cement leaked, where two views say how much cement there is.

The share of a view's contrast that lies beside the bone is the share of the cement that does, whatever a
millimetre of cement adds to it. What lies before or behind the bone in both views is in neither share, so
that a leak is told as what shows beside the bone, in the view that shows more of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import Amount, AnalysedRun, CementShadow, LeakEvent
from leakwatch.views.case import Sighting
from leakwatch.views.volume import TWO_SIDED_95, CementVolume

SPREAD = 0.95
"""Of the share over the truth, the standard deviation of the logarithm: together with that of the cement's
volume it is the 1.0 of nine simulated leaks, those with a volume of `python -m leakwatch.bench.fusion
--seed 4401 --cases 39`."""
_FURTHEST_MM = 8.0  # from where a leak was last seen to the cement that is taken for it
GONE = "at the end of the two views' recordings none of it was seen beside the bone"


def leak_volume(
    sightings: Sequence[Sighting], views: Mapping[str, AnalysedRun], cement: CementVolume | str
) -> Amount | str:
    """Measure a leak at the end of two simultaneous views, or say why it cannot be measured.

    Parameters
    ----------
    sightings
        The leak as one of the views saw it, or both.
    views
        By SOP Instance UID.
    cement
        What the two views say of all cement, or why they do not.

    Returns
    -------
    Amount | str
        µl beside the bone, with a 95 % interval that takes the errors of cement and share as independent.
    """
    if isinstance(cement, str):
        return cement
    shares = [
        share
        for sighting in sightings
        if (share := leak_share(views[sighting.run.sop_instance_uid], sighting.event)) > 0
    ]
    if not shares:
        return GONE
    value = cement.volume.value * max(shares)
    spread = np.hypot(np.log(cement.volume.high / cement.volume.value), TWO_SIDED_95 * SPREAD)
    factor = float(np.exp(spread))
    return Amount(value, value / factor, min(value * factor, cement.volume.high))


def leak_share(view: AnalysedRun, event: LeakEvent) -> float:
    """Share of a view's cement, by contrast, that is this leak beside the bone on the last judged frame.

    Each piece of cement outside the outline belongs to the leak that was last seen nearest to it. 0 where
    none does.
    """
    shadow = view.summary.shadow
    if shadow is None or not event.at_rest_xy_px:
        return 0.0
    _, parts = cv2.connectedComponents((shadow.cement & ~shadow.in_bone).astype(np.uint8), connectivity=8)
    places = [one for one in view.summary.events if one.at_rest_xy_px]
    at = np.array([_in_shadow(one.at_rest_xy_px[-1], shadow) for one in places])
    pixel_mm = float(np.mean(view.run.geometry.pixel_mm or (1.0, 1.0))) * shadow.step_px
    mine = np.zeros(parts.shape, np.bool_)
    for part in range(1, int(parts.max()) + 1):
        here = parts == part
        away = [float(np.hypot(*(np.argwhere(here)[:, ::-1] - place).T).min()) for place in at]
        nearest = int(np.argmin(away))
        if places[nearest].id == event.id and away[nearest] * pixel_mm <= _FURTHEST_MM:
            mine |= here
    total = float(shadow.contrast.sum())
    return max(0.0, float(shadow.contrast[mine].sum()) / total) if total > 0 else 0.0


def _in_shadow(xy_px: tuple[float, float], shadow: CementShadow) -> NDArray[np.float64]:
    return (np.array(xy_px) - shadow.corner_xy_px) / shadow.step_px
