"""Where the cement goes: through spongy bone from the needle tip, and out through a breach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.spine import Spine
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.injection.breach import Breach, find_breach, leak_space
from leakwatch.simulate.injection.needle import Needle
from leakwatch.simulate.injection.spread import Spread, grow, nothing
from leakwatch.simulate.volume.grid import VoxelGrid, open_axes_mm
from leakwatch.simulate.volume.solids import capsule
from leakwatch.simulate.volume.texture import smooth_noise

# A cleft from needle to breach is how cement gets there first: all of it resists as much as this much bone.
_CLEFT_MM = 1.4
_REACHED_MM = 2.0
_CLEFT_AS_BONE_MM = 0.6


@dataclass(frozen=True, slots=True)
class Injection:
    """Cement in the bone and outside it, and the breach between, if any."""

    inside: Spread
    leaked: Spread
    breach: Breach | None


def inject(
    config: CaseSection, spine: Spine, needle: Needle, end_s: float, rng: np.random.Generator
) -> Injection:
    """Plan the whole injection up to `end_s` on the case's clock.

    A leak starts at its own time, or when the cement has reached the breach if that is later.

    Raises
    ------
    ValueError
        There is no room for the cement, or it never reaches the breach.
    """
    tip = _triple(needle.tip_mm)
    breach = None if config.leak is None else find_breach(config, spine, rng)
    resistance = _bone_resistance(config, spine.core, tip, breach, rng)
    inside = grow(
        resistance,
        tip,
        config.cement.porosity,
        config.cement.rate_ml_per_min * 1000 / 60,
        config.cement.start_s,
        end_s,
    )
    if config.leak is None or breach is None:
        return Injection(inside, nothing(spine.core.voxel_mm), None)
    space = leak_space(config, spine, breach, rng)
    rate = config.leak.rate_ml_per_min * 1000 / 60
    start_s = max(config.leak.start_s, _reached_s(inside, breach))
    leaked = grow(space, breach.outside_mm, 1.0, rate, start_s, end_s)
    return Injection(inside, leaked, breach)


def _reached_s(inside: Spread, breach: Breach) -> float:
    """When cement stands at the breach: none can leave before."""
    near = np.linalg.norm(inside.points_mm - np.asarray(breach.wall_mm), axis=-1) < _REACHED_MM
    if not near.any():
        msg = "the cement does not reach the breach before the run ends"
        raise ValueError(msg)
    return float(inside.arrival_s[near].min())


def _bone_resistance(
    config: CaseSection,
    core: VoxelGrid,
    tip: tuple[float, float, float],
    breach: Breach | None,
    rng: np.random.Generator,
) -> VoxelGrid:
    shape = core.values.shape
    uneven = smooth_noise(rng, shape, (1.0 / core.voxel_mm,) * 3)
    uneven = uneven + smooth_noise(rng, shape, (3.0 / core.voxel_mm,) * 3)
    values = np.exp(config.cement.heterogeneity * uneven / np.float32(np.sqrt(2)))
    if breach is not None:
        x, y, z = open_axes_mm(core)
        cleft = capsule(x, y, z, tip, breach.wall_mm, _CLEFT_MM) < 0
        length_mm = float(np.linalg.norm(np.subtract(breach.wall_mm, tip)))
        values[cleft] = _CLEFT_AS_BONE_MM / length_mm * np.sqrt(values[cleft])
    values[core.values < 0.9] = np.inf
    return VoxelGrid(core.origin_mm, core.voxel_mm, np.asarray(values, np.float32))


def _triple(point: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in point)
    return x, y, z
