"""A patient at rest: everything the machine looks at but needle and cement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.hip.form import HipForm
from leakwatch.simulate.anatomy.sacrum.form import SacrumForm
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.solids import Field
from leakwatch.simulate.volume.triple import Triple

Room = Callable[[Field, Field, Field], Field]
"""Resistance to cement at broadcastable LPS mm coordinates: positive, infinite where it cannot go."""


@dataclass(frozen=True, slots=True)
class Approach:
    """A needle's way in: tip, where it enters the bone, and hub; LPS mm with the bone at rest."""

    tip_mm: Triple
    entry_mm: Triple
    hub_mm: Triple


@dataclass(frozen=True, slots=True)
class Exit:
    """A hole in the wall and the room behind it.

    Attributes
    ----------
    wall_mm, outside_mm
        Last point within the bone, and first free point outside; LPS mm with the bone at rest.
    room
        Where the cement can go once outside; bone itself is closed to it whatever `room` says.
    reach_mm
        Half the edge of the box round `outside_mm` that the leak stays in.
    path_mm
        Of a vessel: its course (n, 3) LPS mm from the hole onwards, long enough to leave the picture.
    """

    kind: LeakKind
    wall_mm: Triple
    outside_mm: Triple
    room: Room
    reach_mm: float = 24.0
    path_mm: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Vein:
    """A vessel as a string of points (n, 3) LPS mm, from the bone outwards, and its radius."""

    points_mm: NDArray[np.float64]
    radius_mm: float


@dataclass(frozen=True, slots=True)
class Trunk:
    """The body's outer form: elliptic cylinders along the head axis; what several hold counts once.

    Each is (x centre, y centre, x radius, y radius) in LPS mm.
    """

    cylinders: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Patient:
    """Anatomy in patient space, LPS mm, isocentre origin.

    Attributes
    ----------
    site, label
        As in an outline file: ``vertebra``, ``sacrum``, ``femur``, ``acetabulum``, ``other``; and a name.
    centre_mm
        The point of the treated bone whose motion is reported, and about which it turns.
    bone
        Share of dense cortical bone in a voxel, 0 to about 1, beyond the water it displaces: 1 in cortex,
        about a tenth in spongy bone. Moves with the treated bone.
    outer
        Occupancy of any bone, 0 to 1, on the grid of `bone`.
    treated, core
        Occupancy of the treated bone (of a vertebra: its body), and of the space within its cortex that
        cement can fill.
    soft
        Water in excess (muscle, +) or missing (fat, -) per voxel within `trunk`; the whole of the soft
        tissue where `trunk` is None.
    soft_bone
        Share of cortical bone in what moves with soft tissue: ribs, calcified vessels.
    gas
        Water missing: 0 to -1.
    trunk
        Outer form, projected exactly.
    next_core
        Space within a neighbouring bone that older cement may fill; None where there is none.
    veins
        Vessels that drain the treated bone, for a venogram.
    form
        Dimensions that a sacrum or hip was drawn with; its ways out are found by them.
    """

    site: str
    label: str
    centre_mm: Triple
    bone: VoxelGrid
    outer: VoxelGrid
    treated: VoxelGrid
    core: VoxelGrid
    soft: VoxelGrid
    soft_bone: VoxelGrid | None
    gas: VoxelGrid
    trunk: Trunk | None
    approach: Approach
    next_core: VoxelGrid | None = None
    veins: tuple[Vein, ...] = ()
    form: SacrumForm | HipForm | None = None
