"""The patient."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from leakwatch.config.section import Section

Vector = tuple[float, float, float]


class AnatomySection(Section):
    """A lumbar spine in a trunk; the treated body's centre is at `centre_mm`."""

    voxel_mm: float = Field(default=0.5, gt=0.2, le=2.0)
    centre_mm: Vector = (0.0, 0.0, 0.0)
    body_width_mm: float = Field(default=46.0, gt=20)
    body_depth_mm: float = Field(default=33.0, gt=15)
    body_height_mm: float = Field(default=27.0, gt=10)
    disc_height_mm: float = Field(default=9.5, gt=2)
    endplate_concavity_mm: float = Field(default=2.2, ge=0)
    collapse_mm: float = Field(default=3.5, ge=0, lt=12)
    """Height the treated body has lost in front; its neighbours are whole."""
    wall_mm: float = Field(default=0.4, gt=0)
    """Cortex round the waist."""
    endplate_mm: float = Field(default=0.7, gt=0)
    unevenness_mm: float = Field(default=0.3, ge=0)
    """Standard deviation of the bone's surface about its ideal form."""
    lordosis_deg: float = Field(default=6.0, ge=-15, le=15)
    """Tilt from one level to the next."""
    scoliosis_deg: float = Field(default=1.5, ge=-10, le=10)
    trabecular_variation: float = Field(default=0.45, ge=0)
    trunk_width_mm: float = Field(default=310.0, gt=100)
    trunk_depth_mm: float = Field(default=225.0, gt=80)
    gas_pockets: int = Field(default=8, ge=0)
    """Bowel loops holding gas, in front of the spine."""
    needle_side: Literal["left", "right"] = "right"
