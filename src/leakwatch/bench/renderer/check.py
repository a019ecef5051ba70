"""Render one scene with both renderers, view by view, and compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.renderer.compare import Agreement, agreement
from leakwatch.bench.renderer.ours import our_integrals, our_paths
from leakwatch.bench.renderer.reference import (
    aim,
    fill_trunk,
    reference_integrals,
    reference_path,
    renderer_with,
    solid_meshes,
)
from leakwatch.bench.renderer.scene import attenuations_per_mm, build_solids
from leakwatch.simulate.beam.projection import Canvas
from leakwatch.simulate.config.machine import MachineSection, ViewSection

KEV = 60.0
SHADOW = 0.02
"""The object is where its line integral, without trunk, is more than this: 1 mm of spongy bone and less."""
_HALF_HEIGHT_MM = 70.0
_PATH_MM = 0.1
_VIEWS = {"AP": (0.0, 0.0), "lateral": (90.0, 0.0), "oblique": (35.0, 20.0)}


@dataclass(frozen=True, slots=True)
class Setup:
    """What is compared: the scene's seed and voxels, and the rays per pixel side of either renderer."""

    seed: int = 1
    voxel_mm: float = 0.5
    oversampling: int = 2
    reference_oversampling: int = 6


@dataclass(frozen=True, slots=True)
class ViewCheck:
    """One view.

    Attributes
    ----------
    bare, watered
        Line integrals of the solids alone, and of all in the trunk, both over the solids' shadow.
    solids
        Path lengths, mm, within each solid alone, over its own shadow (longer than 0.1 mm).
    ours, reference
        Line integrals with the trunk, (rows, columns).
    """

    name: str
    primary_deg: float
    secondary_deg: float
    bare: Agreement
    watered: Agreement
    solids: dict[str, Agreement]
    ours: NDArray[np.float64]
    reference: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Check:
    """All views of a scene."""

    setup: Setup
    machine: MachineSection
    views: tuple[ViewCheck, ...]


def check(setup: Setup, machine: MachineSection) -> Check:
    """Compare all views, with the matrix and distances of a machine.

    Raises
    ------
    RuntimeError
        gVirtualXray cannot be loaded.
    """
    solids = build_solids(setup.seed, setup.voxel_mm, _HALF_HEIGHT_MM)
    per_mm = attenuations_per_mm(KEV)
    rows, columns, fineness = machine.rows, machine.columns, setup.reference_oversampling
    carms = {
        name: machine.carm(ViewSection(primary_deg=primary, secondary_deg=secondary))
        for name, (primary, secondary) in _VIEWS.items()
    }
    paths = {
        name: our_paths(solids, Canvas(carm, rows, columns, 0, setup.oversampling))
        for name, carm in carms.items()
    }
    bare, lengths, watered = {}, {}, {}
    with renderer_with(solid_meshes(solids), per_mm, KEV) as gvxr:
        for name, carm in carms.items():
            aim(gvxr, carm, rows, columns, fineness)
            bare[name] = reference_integrals(gvxr, fineness)
            lengths[name] = {solid: reference_path(gvxr, solid, bare[name], fineness) for solid in per_mm}
        fill_trunk(gvxr)
        for name, carm in carms.items():
            aim(gvxr, carm, rows, columns, fineness)
            watered[name] = reference_integrals(gvxr, fineness)
    views = []
    for name, (primary, secondary) in _VIEWS.items():
        shadow = bare[name] > SHADOW
        in_water = our_integrals(paths[name], per_mm, water=True)
        views.append(
            ViewCheck(
                name,
                primary,
                secondary,
                agreement(our_integrals(paths[name], per_mm, water=False), bare[name], shadow),
                agreement(in_water, watered[name], shadow),
                {
                    solid: agreement(paths[name][solid], length, length > _PATH_MM)
                    for solid, length in lengths[name].items()
                },
                in_water,
                watered[name],
            )
        )
    return Check(setup, machine, tuple(views))
