"""How the patient moves."""

from __future__ import annotations

from pydantic import Field

from leakwatch.config.section import Section
from leakwatch.simulate.config.anatomy import Vector


class MovementSection(Section):
    """Breathing, restlessness and bowel; amplitudes in mm, LPS, between breathing out and in."""

    period_s: float = Field(default=3.9, gt=0)
    bone_mm: Vector = (0.1, -0.15, -0.6)
    bone_rotation_deg: Vector = (0.1, 0.1, 0.0)
    """About the left, posterior and head axes; only the part about a view's beam is seen in it."""
    soft_mm: Vector = (0.5, -1.0, -3.0)
    gas_mm: Vector = (1.0, -1.5, -5.0)
    peristalsis_mm: float = Field(default=1.0, ge=0)
    restlessness_mm: float = Field(default=0.04, ge=0)
    jump_time_s: float | None = Field(default=None, ge=0)
    jump_mm: Vector = (1.5, 0.8, -1.2)
    pan_time_s: float | None = Field(default=None, ge=0)
    """When the table moves; everything in the picture goes with it."""
    pan_mm: Vector = (0.0, 0.0, 12.0)
    pan_duration_s: float = Field(default=1.0, gt=0)
