"""How bone, soft tissue and gas move in time; all curves are continuous and drawn once per case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.movement import MovementSection

_JUMP_DURATION_S = 0.35
_TREMOR_HZ = np.array([0.23, 0.47, 0.91])
# Bone follows the diaphragm a little later than the bowel in front of it.
_BONE_DELAY_S = 0.15


@dataclass(frozen=True, slots=True)
class Pose:
    """Displacement (3,) LPS mm and rotation vector (3,) degrees, relative to rest."""

    shift_mm: NDArray[np.float64]
    rotation_deg: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Movement:
    """The curves of one case; `phases` (3, 3) of restlessness, `peristalsis_phase` of the bowel."""

    config: MovementSection
    breath_phase: float
    phases: NDArray[np.float64]
    peristalsis_phase: float

    def bone(self, time_s: float) -> Pose:
        """Rigid pose of the treated vertebra and its neighbours."""
        breath = self._breath(time_s - _BONE_DELAY_S)
        tremor = np.sin(2 * np.pi * _TREMOR_HZ * time_s + self.phases).sum(axis=1) / np.sqrt(1.5)
        shift = np.asarray(self.config.bone_mm) * breath + self.whole(time_s)
        shift = shift + self.config.restlessness_mm * tremor
        return Pose(shift, np.asarray(self.config.bone_rotation_deg) * breath)

    def soft(self, time_s: float) -> NDArray[np.float64]:
        """Largest displacement of soft tissue by breathing, (3,) mm; it varies over the picture."""
        return np.asarray(self.config.soft_mm) * self._breath(time_s)

    def gas(self, time_s: float) -> NDArray[np.float64]:
        """Largest displacement of gas by breathing, (3,) mm; it varies over the picture."""
        return np.asarray(self.config.gas_mm) * self._breath(time_s)

    def peristalsis_mm(self, time_s: float) -> float:
        """Signed amplitude of the bowel's own squeezing."""
        return float(self.config.peristalsis_mm * np.sin(2 * np.pi * time_s / 7.3 + self.peristalsis_phase))

    def _breath(self, time_s: float) -> float:
        """0 breathed out to 1 breathed in: cos⁴, longer out than in (Lujan 1999)."""
        return float(np.cos(np.pi * time_s / self.config.period_s + self.breath_phase) ** 4)

    def whole(self, time_s: float) -> NDArray[np.float64]:
        """Displacement (3,) mm of the whole patient, alike everywhere: a jump, and the table's travel."""
        config = self.config
        moved = np.zeros(3)
        if config.jump_time_s is not None:
            done = smooth_step((time_s - config.jump_time_s) / _JUMP_DURATION_S)
            moved += np.asarray(config.jump_mm) * done
        if config.pan_time_s is not None:
            done = smooth_step((time_s - config.pan_time_s) / config.pan_duration_s)
            moved += np.asarray(config.pan_mm) * done
        return moved


def smooth_step(share: float) -> float:
    """Rise from 0 to 1 as `share` does, without a jerk at either end."""
    done = float(np.clip(share, 0, 1))
    return done * done * (3 - 2 * done)


def reach_mm(config: MovementSection) -> float:
    """How far anything is displaced from rest at most."""
    parts: list[tuple[float, float, float]] = [
        max(config.bone_mm, config.soft_mm, config.gas_mm, key=lambda v: float(np.linalg.norm(v)))
    ]
    parts += [config.jump_mm] if config.jump_time_s is not None else []
    parts += [config.pan_mm] if config.pan_time_s is not None else []
    # Sways reach about 1.5 times the mean displacement.
    own = config.peristalsis_mm + 3 * config.restlessness_mm
    return float(sum(1.5 * np.linalg.norm(part) for part in parts) + own)


def draw_movement(config: MovementSection, rng: np.random.Generator) -> Movement:
    """Draw the phases."""
    return Movement(
        config,
        float(rng.uniform(0, np.pi)),
        rng.uniform(0, 2 * np.pi, (3, 3)),
        float(rng.uniform(0, 2 * np.pi)),
    )
