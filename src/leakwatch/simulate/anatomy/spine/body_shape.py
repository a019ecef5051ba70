"""The form of a vertebral body, in its own axes: x left, y posterior, z head, mm from its centre."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.volume.solids import Field, smooth_max
from leakwatch.simulate.volume.triple import Triple

_RIM_MM = 1.5
_EDGE_MM = 3.0
_SQUARENESS = 2.3
_WAIST = 0.10
BACK_AT = 0.80
"""Where the flat back wall lies, as a share of half the depth."""
_BULGE = 0.10
# Of a body that gives way in the middle, how much the upper endplate sinks.
_UPPER_SHARE = 0.6
_MARGIN_MM = 3.0
# Deeper levels carry more and are larger.
_PER_LEVEL = 0.015


@dataclass(frozen=True, slots=True)
class BodyShape:
    """Dimensions of one body, mm; `lost_mm` is its loss of height, and `lost_form` where it is lost."""

    width_mm: float
    depth_mm: float
    height_mm: float
    dish_mm: float
    wall_mm: float
    endplate_mm: float
    lost_mm: float = 0.0
    lost_form: str = "wedge"

    @property
    def back_mm(self) -> float:
        """Own y of the back wall at the waist."""
        return BACK_AT * self.depth_mm / 2

    @property
    def box_mm(self) -> tuple[Triple, Triple]:
        """Corners of a box that holds it, unevenness and all."""
        x, y, z = (s / 2 + _MARGIN_MM for s in (self.width_mm * (1 + _BULGE), self.depth_mm, self.height_mm))
        return (-x, -y, -z), (x, y, z)

    def surfaces_mm(self, x: Field, y: Field, z: Field) -> tuple[Field, Field]:
        """Signed distances to the side wall and to the endplates; the body lies within both.

        Waisted, flat behind; endplates concave with a raised rim, and sunk where height is lost.
        """
        bulge = 1 + (_BULGE * self.lost_mm / 8.0 if self.lost_form == "crush" else 0.0)
        half_width, half_depth = bulge * self.width_mm / 2, self.depth_mm / 2
        half_height = self.height_mm / 2
        waist = 1 - np.float32(_WAIST) * (1 - np.clip(z / half_height, -1, 1) ** 2)
        squareness = np.float32(_SQUARENESS)
        radial = (np.abs(x / half_width) ** squareness + np.abs(y / half_depth) ** squareness) ** (
            1 / squareness
        )
        wall = (radial - waist) * np.float32(0.5 * (half_width + half_depth))
        back = y - (BACK_AT * half_depth * waist + np.float32(0.004) * x * x)
        upper_dish = np.clip(1 - (radial / 0.88) ** 2, 0, None)
        # The lower endplate is the deeper one behind the middle, as in life.
        lower_dish = np.clip(1 - ((x / half_width) ** 2 + ((y - 3) / half_depth) ** 2) / 0.77, 0, None)
        above, below = self._sunk_mm(
            y, np.asarray(upper_dish, np.float32), np.asarray(lower_dish, np.float32)
        )
        top = z - (half_height - above - self.dish_mm * upper_dish)
        bottom = -z - (half_height - below - 1.15 * self.dish_mm * lower_dish)
        sides = smooth_max(np.asarray(wall, np.float32), np.asarray(back, np.float32), _EDGE_MM)
        return sides, np.asarray(np.maximum(top, bottom), np.float32)

    def _sunk_mm(self, y: Field, upper_dish: Field, lower_dish: Field) -> tuple[Field, Field]:
        """How far the upper and the lower endplate have come in."""
        forward = np.clip(0.5 - y / self.depth_mm, 0, 1)
        above = np.asarray(self.lost_mm * forward, np.float32)
        below = np.zeros_like(above)
        if self.lost_form == "biconcave":
            above = np.float32(self.lost_mm * _UPPER_SHARE) * upper_dish
            below = np.float32(self.lost_mm * (1 - _UPPER_SHARE)) * lower_dish
        elif self.lost_form == "crush":
            above = np.float32(self.lost_mm) * np.asarray(0.85 + 0.15 * forward, np.float32)
        return above, below


def body_distances_mm(shape: BodyShape, x: Field, y: Field, z: Field, uneven: Field) -> tuple[Field, Field]:
    """Signed distances to the body's outer surface and to the inner one of its cortex."""
    sides, ends = shape.surfaces_mm(x, y, z)
    sides, ends = sides + uneven, ends + uneven
    inner = smooth_max(sides + np.float32(shape.wall_mm), ends + np.float32(shape.endplate_mm), _RIM_MM)
    return smooth_max(sides, ends, _RIM_MM), inner


def draw_body(section: SpineSection, level: int, patient: BodyShape, variation: Variation) -> BodyShape:
    """Give one level its own dimensions about the patient's; `level` counts upwards from the treated one."""
    size = 1 - _PER_LEVEL * level
    shape = replace(
        patient,
        width_mm=variation.about(patient.width_mm * size, 0.015),
        depth_mm=variation.about(patient.depth_mm * size, 0.015),
        height_mm=variation.about(patient.height_mm * (1 - _PER_LEVEL * max(level, 0)), 0.02),
        dish_mm=variation.about(patient.dish_mm, 0.15),
    )
    if level != 0:
        return shape
    # A broken endplate is impacted, and seen as a denser line.
    return replace(
        shape,
        lost_mm=section.collapse_mm,
        lost_form=section.collapse_form,
        endplate_mm=shape.endplate_mm * (1 + 0.06 * section.collapse_mm),
    )


def draw_patient_body(section: SpineSection, density: float, variation: Variation) -> BodyShape:
    """Give a patient dimensions about the configured ones, within 8 %; thin bone has a thin cortex."""
    thickness = float(np.sqrt(density))
    return BodyShape(
        width_mm=variation.about(section.body_width_mm, 0.04),
        depth_mm=variation.about(section.body_depth_mm, 0.04),
        height_mm=variation.about(section.body_height_mm, 0.04),
        dish_mm=variation.about(section.endplate_concavity_mm, 0.10),
        wall_mm=section.wall_mm * thickness,
        endplate_mm=section.endplate_mm * thickness,
    )
