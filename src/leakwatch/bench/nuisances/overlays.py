"""What the simulator does not know, drawn over its pictures: lead that moves, a needle that comes later."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.nuisances.nuisance import SIDE_PX, Overlay, pixel_mm
from leakwatch.simulate.motion.movement import smooth_step

_LEAD = 5.0  # attenuation: half a per cent gets through, scatter included
_PENUMBRA_MM = 0.8
_STEEL_PER_MM = 1.0  # attenuation of a millimetre at these beams
_RADIUS_MM = 1.6  # of an 11 G cannula
_WALL_MM = 0.4

Picture = NDArray[np.float32]


def blade(start_s: float, duration_s: float, before_mm: float, after_mm: float) -> Overlay:
    """Give a blade on the left that moves from `before_mm` to `after_mm` past the border."""

    def at(time_s: float) -> Picture:
        done = smooth_step((time_s - start_s) / duration_s)
        edge_mm = before_mm + done * (after_mm - before_mm)
        _, right = _places_mm()
        return np.asarray(_LEAD * np.clip((edge_mm - right) / _PENUMBRA_MM + 0.5, 0, 1), np.float32)

    return at


def needle(
    start_s: float, duration_s: float, reach_mm: float, angle_deg: float, aside_mm: float = 0.0
) -> Overlay:
    """Give a needle that is pushed in from the border and stays.

    Parameters
    ----------
    reach_mm
        How far before the picture's middle its tip comes to rest, along the needle; negative: beyond.
    angle_deg
        Direction in which it is pushed: 0 to the right, + clockwise as seen.
    aside_mm
        How far its line passes beside the picture's middle.
    """
    return partial(_needle, start_s, duration_s, reach_mm, angle_deg, aside_mm)


def _needle(
    start_s: float, duration_s: float, reach_mm: float, angle_deg: float, aside_mm: float, time_s: float
) -> Picture | None:
    done = smooth_step((time_s - start_s) / duration_s)
    if done <= 0:
        return None
    middle_mm = SIDE_PX * pixel_mm() / 2
    down, right = (place - np.float32(middle_mm) for place in _places_mm())
    cosine, sine = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    along, aside = right * cosine + down * sine, down * cosine - right * sine - aside_mm
    length_mm = 1.5 * middle_mm  # from beyond any border
    tip_mm = -length_mm + done * (length_mm - reach_mm)
    outer = np.sqrt(np.clip(_RADIUS_MM**2 - aside**2, 0, None))
    inner = np.sqrt(np.clip((_RADIUS_MM - _WALL_MM) ** 2 - aside**2, 0, None))
    within = np.clip((tip_mm - along) / pixel_mm() + 0.5, 0, 1)
    return np.asarray(2 * _STEEL_PER_MM * (outer - inner) * within, np.float32)


def _places_mm() -> tuple[Picture, Picture]:
    """Millimetres down and right of the upper left corner, of every pixel's centre."""
    places = (np.arange(SIDE_PX, dtype=np.float32) + 0.5) * np.float32(pixel_mm())
    down, right = np.meshgrid(places, places, indexing="ij")
    return down, right
