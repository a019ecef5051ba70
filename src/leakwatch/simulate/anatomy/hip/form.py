"""Dimensions of a hip joint, about the centre of the femoral head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import HipSection
from leakwatch.simulate.volume.solids import Field
from leakwatch.simulate.volume.triple import Triple, triple

_USUAL_HEAD_MM = 24.0
_OFFSET_MM = 43.0
# Of the treated bone's middle from the head's centre: along the neck, or above the joint.
_FEMUR_AT = 0.42
_ABOVE_JOINT_MM = 11.0
_INCLINATION_DEG = 43.0
_CUP_ANTEVERSION_DEG = 18.0


@dataclass(frozen=True, slots=True)
class HipForm:
    """One hip.

    Its own axes start at the head's centre: x away from the midline, y posterior, z head, mm.

    Attributes
    ----------
    side
        +1 the patient's left hip.
    scale
        Size of all but head and joint space, relative to a head of 24 mm.
    neck_mm
        From the head's centre to where the neck's axis meets the shaft's.
    shaft
        Unit vector down the shaft.
    cup
        Unit vector out of the socket's opening.
    head_at_mm
        The head's centre: LPS mm.
    """

    side: float
    scale: float
    head_mm: float
    gap_mm: float
    neck_mm: Triple
    shaft: Triple
    cup: Triple
    wall_mm: float
    head_at_mm: Triple

    @property
    def socket_mm(self) -> float:
        """Radius of the socket's bony surface."""
        return self.head_mm + self.gap_mm

    @property
    def neck(self) -> NDArray[np.float64]:
        """Unit vector (3,) from the head to the shaft."""
        unit: NDArray[np.float64] = np.asarray(self.neck_mm) / np.linalg.norm(self.neck_mm)
        return unit

    def own(self, x: Field, y: Field, z: Field) -> tuple[Field, Field, Field]:
        """Own coordinates of patient ones."""
        cx, cy, cz = (np.float32(value) for value in self.head_at_mm)
        return np.float32(self.side) * (x - cx), y - cy, z - cz

    def point_mm(self, own_mm: NDArray[np.float64]) -> Triple:
        """Patient LPS mm of an own point (3,)."""
        return triple(np.asarray(self.head_at_mm) + self.direction(own_mm))

    def direction(self, own: NDArray[np.float64]) -> NDArray[np.float64]:
        """Patient components of an own vector (3,)."""
        return np.asarray(own, np.float64) * [self.side, 1.0, 1.0]


def draw_hip(section: HipSection, variation: Variation) -> HipForm:
    """Draw one patient's hip, its treated bone on `centre_mm`; the joint space is as configured."""
    head = variation.about(section.head_radius_mm, 0.04)
    scale = head / _USUAL_HEAD_MM
    lean = np.deg2rad(180.0 - section.neck_shaft_deg + variation.normal(2.5))
    turn = np.deg2rad(section.anteversion_deg + variation.normal(3.0))
    # Valgus of the knee: the shaft goes down and inwards.
    valgus = np.deg2rad(6.0 + variation.normal(1.0))
    sideways = np.array([np.cos(turn), np.sin(turn), 0.0])
    down = np.array([-np.sin(valgus), 0.03, -np.cos(valgus)])
    down = down / np.linalg.norm(down)
    neck = np.sin(lean) * sideways + np.cos(lean) * down
    offset = variation.about(_OFFSET_MM, 0.05) * scale
    neck_mm = offset / np.sin(lean) * neck
    open_deg = np.deg2rad(_INCLINATION_DEG + variation.normal(2.0))
    cup_turn = np.deg2rad(_CUP_ANTEVERSION_DEG + variation.normal(2.5))
    cup = np.array(
        [
            np.sin(open_deg) * np.cos(cup_turn),
            -np.sin(open_deg) * np.sin(cup_turn),
            -np.cos(open_deg),
        ]
    )
    side = 1.0 if section.side == "left" else -1.0
    if section.treated == "femur":
        middle = _FEMUR_AT * neck_mm
    else:
        middle = np.array([-2.0, 4.0, head + section.joint_space_mm + _ABOVE_JOINT_MM])
    centre = np.subtract(section.centre_mm, middle * [side, 1.0, 1.0])
    return HipForm(
        side,
        scale,
        head,
        section.joint_space_mm,
        triple(neck_mm),
        triple(down),
        triple(cup),
        section.wall_mm,
        triple(centre),
    )
