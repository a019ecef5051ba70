"""Surfaces of a proximal femur as signed distances, in the hip's own axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.hip.form import HipForm
from leakwatch.simulate.volume.solids import Field, capsule, ellipsoid, smooth_min, tapered_capsule
from leakwatch.simulate.volume.triple import Triple, triple

_SHAFT_MM = 190.0
_NECK_MM = (14.5, 17.0)
_SHAFT_RADII_MM = (18.0, 15.0)
# From where neck and shaft meet: the greater trochanter's middle; the lesser one's, down the shaft and aside.
_GREATER_MM = (9.0, 7.0, 8.0)
_GREATER_RADII_MM = (12.5, 17.0, 21.0)
_LESSER_DOWN_MM, _LESSER_MM = 34.0, (-14.0, 10.0, 0.0)
_LESSER_RADII_MM = (8.5, 9.0, 13.0)
_FILLET_MM = 12.0
# Relative to the neck's cortex.
_HEAD_SHARE, _SHAFT_SHARE, _CALCAR_SHARE = 0.55, 3.4, 1.5
_SHAFT_FROM_MM, _SHAFT_TO_MM = 5.0, 60.0
_CALCAR_MM = 9.0


@dataclass(frozen=True, slots=True)
class FemurAxes:
    """Directions and places that a femur's parts are laid along, own mm: (3,) each.

    `upper` is across the neck, upwards and inwards, in the plane of neck and shaft.
    """

    neck: NDArray[np.float64]
    upper: NDArray[np.float64]
    corner_mm: NDArray[np.float64]
    shaft: NDArray[np.float64]
    neck_mm: float


def femur_axes(form: HipForm) -> FemurAxes:
    """Lay out neck and shaft."""
    neck = form.neck
    upper = -np.asarray(form.shaft) + float(np.dot(form.shaft, neck)) * neck
    return FemurAxes(
        neck,
        upper / np.linalg.norm(upper),
        np.asarray(form.neck_mm),
        np.asarray(form.shaft),
        float(np.linalg.norm(form.neck_mm)),
    )


def femur_distance_mm(form: HipForm, x: Field, y: Field, z: Field) -> Field:
    """Signed distance to head, neck, trochanters and shaft; the head is an exact sphere."""
    k, axes = form.scale, femur_axes(form)
    head = np.sqrt(x * x + y * y + z * z) - np.float32(form.head_mm)
    thin, thick = (k * radius for radius in _NECK_MM)
    neck = tapered_capsule(x, y, z, triple(0.3 * axes.corner_mm), form.neck_mm, (thin, thick))
    below = triple(axes.corner_mm + _SHAFT_MM * axes.shaft)
    wide, narrow = (k * radius for radius in _SHAFT_RADII_MM)
    # The shaft has its full taper by the middle of the thigh.
    shaft = tapered_capsule(x, y, z, form.neck_mm, below, (wide, narrow - (wide - narrow)))
    surface = smooth_min(neck, shaft, k * _FILLET_MM)
    greater = ellipsoid(x, y, z, _from(axes.corner_mm, _GREATER_MM, k), _sized(_GREATER_RADII_MM, k))
    lesser_at = axes.corner_mm + k * _LESSER_DOWN_MM * axes.shaft
    lesser = ellipsoid(x, y, z, _from(lesser_at, _LESSER_MM, k), _sized(_LESSER_RADII_MM, k))
    surface = smooth_min(surface, greater, k * _FILLET_MM)
    surface = smooth_min(surface, lesser, k * _FILLET_MM)
    return smooth_min(surface, np.asarray(head, np.float32), 5.0)


def femur_cortex_mm(form: HipForm, x: Field, y: Field, z: Field) -> Field:
    """Thickness of the cortex under the nearest surface: thick round the shaft and in the calcar."""
    k, axes = form.scale, femur_axes(form)
    along_neck = (x * axes.neck[0] + y * axes.neck[1] + z * axes.neck[2]) / np.float32(axes.neck_mm)
    share = np.float32(_HEAD_SHARE) + np.float32(1 - _HEAD_SHARE) * np.clip((along_neck - 0.3) / 0.3, 0, 1)
    cx, cy, cz = axes.corner_mm
    down = (x - cx) * axes.shaft[0] + (y - cy) * axes.shaft[1] + (z - cz) * axes.shaft[2]
    first, last = k * _SHAFT_FROM_MM, k * _SHAFT_TO_MM
    share = share + np.float32(_SHAFT_SHARE - 1) * np.clip((down - first) / (last - first), 0, 1)
    # The greater trochanter has hardly any.
    aside = np.clip((along_neck - 0.8) / 0.2, 0, 1)
    share = share - np.float32(0.5) * np.clip((-down - 5) / 10, 0, 1) * aside
    calcar = capsule(x, y, z, *calcar_mm(form), 0.0) / np.float32(k * _CALCAR_MM)
    share = share + np.float32(_CALCAR_SHARE) * np.exp(-(calcar**2))
    return np.asarray(np.float32(form.wall_mm) * share, np.float32)


def calcar_mm(form: HipForm) -> tuple[Triple, Triple]:
    """Give the ends of the thick inner cortex, from under the neck to the lesser trochanter: own mm."""
    k, axes = form.scale, femur_axes(form)
    under = 0.62 * axes.corner_mm - k * 14.0 * axes.upper
    low = axes.corner_mm + k * 26.0 * axes.shaft - np.array([k * 16.0, 0.0, 0.0])
    return triple(under), triple(low)


def _from(place: NDArray[np.float64], off: Triple, k: float) -> Triple:
    return triple(place + k * np.asarray(off))


def _sized(radii: Triple, k: float) -> Triple:
    return triple(k * np.asarray(radii))
