"""Veins in front of the sacrum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Vein
from leakwatch.simulate.anatomy.sacrum.bone import Sacrum
from leakwatch.simulate.anatomy.tubes import dense_path
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.volume.triple import Triple, triple

_RADIUS_MM = 1.4
_ASIDE_MM = 10.0
_FROM_AT = 0.20
_GAP_MM = 2.4
_STEP_MM = 4.0
# Bone this far above and below is kept clear of as well.
_CLEAR_MM = 3.0
_FURTHEST_MM = 45.0
_SCAN_MM = 0.25
_FREE = 0.1
_NEAREST_MM = 8.0


def sacral_veins(sacrum: Sacrum, half_mm: float) -> tuple[Vein, ...]:
    """Lateral sacral veins, left then right: up the front of S1, over the promontory and out of the picture.

    Parameters
    ----------
    half_mm
        How far above the picture's middle they have to reach.
    """
    return tuple(_vein(sacrum, side, half_mm) for side in (1.0, -1.0))


def _vein(sacrum: Sacrum, side: float, half_mm: float) -> Vein:
    form = sacrum.form
    aside = side * _ASIDE_MM * form.scale
    corners = [
        _in_front(sacrum, form.point_mm(aside, s, 6.0), form.backwards(s))
        for s in np.arange(_FROM_AT * form.length_mm, 0.0, -_STEP_MM)
    ]
    rise = corners[-1][2] + _STEP_MM
    while rise < half_mm + 45.0:
        # Above the promontory it leaves the bone to join the iliac vein.
        place = (corners[-1][0] + 0.25 * side, corners[-1][1] + _NEAREST_MM, rise)
        corners.append(_in_front(sacrum, place, np.array([0.0, 1.0, 0.0])))
        rise += _STEP_MM
    return Vein(dense_path(corners), _RADIUS_MM)


def _in_front(sacrum: Sacrum, place_mm: Triple, backwards: NDArray[np.float64]) -> Triple:
    """Move a point forwards until it is clear of bone; where there is none, `_NEAREST_MM`."""
    off = np.arange(_FURTHEST_MM, 0.0, -_SCAN_MM)
    points = np.asarray(place_mm) - off[:, None] * backwards
    upwards = np.cross([1.0, 0.0, 0.0], backwards)
    near = [points + rise * upwards for rise in (-_CLEAR_MM, 0.0, _CLEAR_MM)]
    bone = np.any([occupancy_at(sacrum.outer, level) > _FREE for level in near], axis=0)
    if not bone.any():
        return triple(np.asarray(place_mm) - _NEAREST_MM * backwards)
    return triple(points[int(np.argmax(bone))] - _GAP_MM * backwards)
