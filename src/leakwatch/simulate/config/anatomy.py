"""The patient: which bone is treated, and what lies round it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from leakwatch.config.section import Section

Vector = tuple[float, float, float]


class PatientSection(Section):
    """What every patient has; the treated bone's centre is at `centre_mm`."""

    label: str = Field(default="", max_length=16)
    """Name of the treated bone; empty for the usual one of its kind."""
    voxel_mm: float = Field(default=0.5, gt=0.2, le=2.0)
    centre_mm: Vector = (0.0, 0.0, 0.0)
    needle_side: Literal["left", "right"] = "right"
    trabecular_variation: float = Field(default=0.45, ge=0)
    """Standard deviation of bone volume in spongy bone, relative to its mean."""
    unevenness_mm: float = Field(default=0.3, ge=0)
    """Standard deviation of the bone's surface about its ideal form."""
    trunk_width_mm: float = Field(default=310.0, gt=100)
    trunk_depth_mm: float = Field(default=225.0, gt=80)
    gas_pockets: int = Field(default=8, ge=0, le=40)
    """Bowel loops holding gas."""


class LesionSection(Section):
    """A lytic metastasis: a hole in the bone, and in its wall if it reaches it."""

    centre_mm: Vector = (8.0, -4.0, 2.0)
    """From the treated bone's centre."""
    radii_mm: Vector = (8.0, 7.0, 7.0)
    bone_left: float = Field(default=0.15, ge=0, le=1)
    """Share of the mineral that is left inside."""


class SpineSection(PatientSection):
    """A lumbar or lower thoracic spine in a trunk; a vertebral body is treated."""

    kind: Literal["spine"] = "spine"
    body_width_mm: float = Field(default=46.0, gt=20)
    body_depth_mm: float = Field(default=33.0, gt=15)
    body_height_mm: float = Field(default=27.0, gt=10)
    disc_height_mm: float = Field(default=9.5, gt=2)
    endplate_concavity_mm: float = Field(default=2.2, ge=0)
    collapse_mm: float = Field(default=3.5, ge=0, lt=14)
    """Height the treated body has lost; its neighbours are whole."""
    collapse_form: Literal["wedge", "biconcave", "crush"] = "wedge"
    """Where the height is lost: in front, in the middle, or all over (Genant)."""
    wall_mm: float = Field(default=0.4, gt=0)
    """Cortex round the waist."""
    endplate_mm: float = Field(default=0.7, gt=0)
    lordosis_deg: float = Field(default=6.0, ge=-15, le=15)
    """Tilt from one level to the next."""
    scoliosis_deg: float = Field(default=1.5, ge=-10, le=10)
    vary: float = Field(default=1.0, ge=0, le=1.5)
    """How much patients differ by seed in size, form and posture; 0 gives the form described here."""
    bone_density: float = Field(default=1.0, gt=0.2, le=2.0)
    """Mineral of spongy bone relative to the usual of an elderly spine; the cortex thins with its root."""
    lesion: LesionSection | None = None
    ribs: bool = False
    """Ribs in the upper part of the picture, moving with the chest."""
    aortic_calcification: float = Field(default=0.0, ge=0, le=1)
    """Share of the abdominal aorta's wall that is calcified."""


class SacrumSection(PatientSection):
    """A sacrum with the back of the ilia and the last lumbar vertebrae; the needle is in the ala of S1."""

    kind: Literal["sacrum"] = "sacrum"
    trunk_width_mm: float = Field(default=330.0, gt=100)
    trunk_depth_mm: float = Field(default=265.0, gt=80)
    width_mm: float = Field(default=105.0, gt=70, le=140)
    """Across the alae."""
    height_mm: float = Field(default=100.0, gt=60, le=140)
    """Straight from promontory to apex."""
    tilt_deg: float = Field(default=40.0, ge=0, le=70)
    """Of the first body's upper endplate, forwards of the horizontal."""
    curve_deg: float = Field(default=65.0, ge=30, le=100)
    """How much the sacrum bends forwards from its upper endplate to its apex."""
    wall_mm: float = Field(default=0.8, gt=0)
    joint_gap_mm: float = Field(default=2.5, ge=1.0, le=5.0)
    """Between sacrum and ilium."""
    approach: Literal["short", "long"] = "short"
    """From behind, lateral to the foramina: across the ala, or along it from below."""
    vary: float = Field(default=1.0, ge=0, le=1.5)
    """How much patients differ from seed to seed; 0 gives the form described here."""


class HipSection(PatientSection):
    """A hip joint; femur or acetabulum is treated."""

    kind: Literal["hip"] = "hip"
    treated: Literal["femur", "acetabulum"] = "femur"
    side: Literal["left", "right"] = "left"
    trunk_width_mm: float = Field(default=370.0, gt=100)
    trunk_depth_mm: float = Field(default=235.0, gt=80)
    head_radius_mm: float = Field(default=24.0, gt=15, le=32)
    neck_shaft_deg: float = Field(default=128.0, ge=110, le=145)
    anteversion_deg: float = Field(default=14.0, ge=-5, le=35)
    joint_space_mm: float = Field(default=4.0, ge=1.5, le=7)
    """Cartilage between the two bony surfaces."""
    wall_mm: float = Field(default=1.6, gt=0)
    """Cortex of the femoral neck; shaft and calcar have several times as much, head and pelvis less."""
    vary: float = Field(default=1.0, ge=0, le=1.5)
    """How much patients differ from seed to seed; 0 gives the form described here. The joint space stays."""


class CtSection(PatientSection):
    """A CT volume with a label map that the user gives (anything SimpleITK reads; DICOM as a folder)."""

    kind: Literal["ct"] = "ct"
    volume: Path
    """Hounsfield units."""
    labels: Path
    """Same frame of reference; resampled if its grid differs."""
    treated_label: int = Field(gt=0)
    """Value of the treated bone in the label map."""
    body_labels: Path | None = None
    """A second map whose non-zero part keeps the body alone, where the first has whole vertebrae."""
    body_values: tuple[int, ...] = ()
    """Which values of `body_labels` are meant; empty: all but 0."""
    bone_labels: tuple[int, ...] = ()
    """Labels that move with the treated bone; empty: all that are as dense as bone."""
    site: Literal["vertebra", "sacrum", "femur", "acetabulum", "other"] = "vertebra"
    tip_mm: Vector | None = None
    """Needle tip, LPS mm from the treated bone's centre; default near the middle, in front."""
    entry_mm: Vector | None = None
    """A point on the needle's shaft where it enters the bone."""


def _kind(value: object) -> str:
    """Say which patient is meant: a spine unless another kind is named."""
    if isinstance(value, dict):
        return str(value.get("kind", "spine"))
    return str(getattr(value, "kind", "spine"))


AnyPatient = Annotated[
    Annotated[SpineSection, Tag("spine")]
    | Annotated[SacrumSection, Tag("sacrum")]
    | Annotated[HipSection, Tag("hip")]
    | Annotated[CtSection, Tag("ct")],
    Discriminator(_kind),
]
