"""Cement that runs back along the needle, out of whatever bone it is in."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.patient import Approach, Exit, Patient, Room
from leakwatch.simulate.anatomy.wall import is_free
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.volume.solids import Field, capsule
from leakwatch.simulate.volume.triple import Triple, triple

# From the needle's surface outwards.
_SLEEVE_MM = (1.55, 3.2)
_SLEEVE_LENGTH_MM = 60.0
_SLEEVE_MIDDLE_MM = 2.3
_FURTHEST_MM = 15.0


def needle_track(patient: Patient) -> Exit:
    """Give the way back along the needle.

    Raises
    ------
    ValueError
        There is bone all round the needle.
    """
    approach = patient.approach
    return Exit(
        LeakKind.NEEDLE_TRACK, approach.entry_mm, _beside_needle(approach, patient), _along_needle(approach)
    )


def _beside_needle(approach: Approach, patient: Patient) -> Triple:
    """Find a point in the sleeve round the needle that is free of bone, as near to the bone as may be."""
    along = np.subtract(approach.hub_mm, approach.tip_mm)
    along = along / np.linalg.norm(along)
    # Any direction across will do that is not the needle's own.
    across = np.cross(along, np.eye(3)[int(np.argmin(np.abs(along)))])
    across = across / np.linalg.norm(across)
    up = np.cross(across, along)
    for further in np.arange(1.0, _FURTHEST_MM, 0.5):
        for angle in np.arange(0.0, 2 * np.pi, np.pi / 4):
            round_it = np.cos(angle) * up + np.sin(angle) * across
            point = np.asarray(approach.entry_mm) + further * along + _SLEEVE_MIDDLE_MM * round_it
            if is_free(patient.outer, point):
                return triple(point)
    msg = "there is bone all along the needle"
    raise ValueError(msg)


def _along_needle(approach: Approach) -> Room:
    """Give a sleeve round the needle, from the bone towards the hub."""
    tip, entry, hub = (np.asarray(point) for point in (approach.tip_mm, approach.entry_mm, approach.hub_mm))
    along = (hub - tip) / np.linalg.norm(hub - tip)
    start, end = triple(entry - 2 * along), triple(entry + _SLEEVE_LENGTH_MM * along)
    needle_mm, sleeve_mm = _SLEEVE_MM

    def room(x: Field, y: Field, z: Field) -> Field:
        off = capsule(x, y, z, start, end, needle_mm)
        thickness = np.float32(sleeve_mm - needle_mm)
        cost = 1 + (np.clip(off, 0, None) / thickness) ** 2
        return np.asarray(np.where((off > 0) & (off < thickness), cost, np.inf), np.float32)

    return room
