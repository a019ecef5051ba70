"""A case at rest, in three dimensions: everything the machine will look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.anatomy.spine import Spine, build_spine
from leakwatch.simulate.anatomy.trunk import build_gas, build_tissue
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.injection.cement import Injection, inject
from leakwatch.simulate.injection.needle import Needle, place_needle
from leakwatch.simulate.motion.movement import Movement, draw_movement
from leakwatch.simulate.volume.grid import VoxelGrid


@dataclass(frozen=True, slots=True)
class Scene:
    """Anatomy, needle, planned injection and movement, in patient space (LPS mm, isocentre origin)."""

    config: CaseSection
    spine: Spine
    tissue: VoxelGrid
    gas: VoxelGrid
    needle: Needle
    injection: Injection
    movement: Movement


def build_scene(config: CaseSection, seed: int) -> Scene:
    """Draw a case. The same configuration and seed give the same scene.

    Raises
    ------
    ValueError
        The configuration asks for more cement than there is room for.
    """
    # One stream per part, so that changing one part leaves the others as they were.
    spine_rng, tissue_rng, gas_rng, cement_rng, movement_rng = (
        np.random.default_rng(child) for child in np.random.SeedSequence([seed, 1]).spawn(5)
    )
    half_mm = 0.5 * config.machine.rows * config.machine.pixel_mm
    spine = build_spine(config.anatomy, config.effective_kev, half_mm * 1.15 + 6.0, spine_rng)
    needle = place_needle(config.anatomy)
    return Scene(
        config,
        spine,
        build_tissue(config.anatomy, config.effective_kev, half_mm * 1.3 + 14.0, tissue_rng),
        build_gas(config.anatomy, config.effective_kev, half_mm * 1.3 + 14.0, gas_rng),
        needle,
        inject(config, spine, needle, end_of_case_s(config), cement_rng),
        draw_movement(config.movement, movement_rng),
    )


def end_of_case_s(config: CaseSection) -> float:
    """When the last frame of the last view is taken, on the case's clock."""
    machine = config.machine
    return max(view.start_s for view in machine.views) + (machine.frames - 1) / machine.frames_per_s
