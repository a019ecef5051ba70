"""What can be set about a simulated case; every default has its home here."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from leakwatch.config.section import Section
from leakwatch.nouns import CArm, Relationship

Vector = tuple[float, float, float]


class Product(StrEnum):
    """Cements whose attenuation is tabulated in `materials`."""

    BASO4_10 = "baso4_10"
    BASO4_30 = "baso4_30"
    BASO4_HIGH = "baso4_high"
    ZRO2_30 = "zro2_30"
    TANTALUM_10 = "tantalum_10"
    CALCIUM_PHOSPHATE = "calcium_phosphate"
    PMMA = "pmma"


class LeakKind(StrEnum):
    """Where cement can go."""

    LATERAL = "lateral"
    EPIDURAL = "epidural"
    DISC = "disc"
    VEIN = "vein"


class TransferSyntax(StrEnum):
    """How pixel data is stored."""

    EXPLICIT_LE = "explicit_le"
    JPEG_LS = "jpeg_ls"


class ViewSection(Section):
    """One plane of the machine."""

    primary_deg: float = Field(default=0.0, ge=-180, le=180)
    secondary_deg: float = Field(default=0.0, ge=-60, le=60)
    start_s: float = Field(default=0.0, ge=0)
    """When the run's first frame is taken, on the case's clock."""


class MachineSection(Section):
    """Matrix, clock and geometry."""

    rows: int = Field(default=256, ge=32, le=2048)
    columns: int = Field(default=256, ge=32, le=2048)
    frames: int = Field(default=56, ge=2, le=5000)
    frames_per_s: float = Field(default=7.5, gt=0, le=60)
    sid_mm: float = Field(default=1100.0, gt=0)
    sod_mm: float = Field(default=720.0, gt=0)
    imager_spacing_mm: float = Field(default=0.58, gt=0)
    """Detector pixel pitch; square pixels."""
    views: tuple[ViewSection, ...] = Field(
        default=(ViewSection(), ViewSection(primary_deg=90.0)), min_length=1, max_length=2
    )
    """One view makes a single-plane run, two a biplane pair."""
    oversampling: int = Field(default=2, ge=1, le=4)
    """Rays per pixel side for bone, needle and cement."""

    def carm(self, view: ViewSection) -> CArm:
        """Give the stated geometry of one view."""
        spacing = (self.imager_spacing_mm, self.imager_spacing_mm)
        return CArm(view.primary_deg, view.secondary_deg, self.sid_mm, self.sod_mm, spacing)

    @property
    def pixel_mm(self) -> float:
        """Pixel size at the isocentre plane."""
        return self.imager_spacing_mm * self.sod_mm / self.sid_mm


class DetectorSection(Section):
    """From intensity at the detector to a noisy signal."""

    photons_per_pixel: float = Field(default=700.0, gt=0)
    """Detected quanta behind median attenuation; exposure control keeps this from view to view."""
    electronic_noise_photons: float = Field(default=3.0, ge=0)
    scatter_to_primary: float = Field(default=0.8, ge=0)
    scatter_range_mm: float = Field(default=18.0, gt=0)
    blur_px: float = Field(default=0.5, ge=0)
    """Standard deviation of the detector's spread, applied before the noise."""
    lag: float = Field(default=0.03, ge=0, lt=1)
    """Share of the previous frame's signal left in the next."""
    noise: bool = True


class ExposureSection(Section):
    """What exposure control does to the run."""

    settling_frames: int = Field(default=0, ge=0)
    settling_noise: float = Field(default=4.0, ge=1)
    """How many times noisier the first frame is."""
    settling_brightness: float = Field(default=1.08, gt=0)
    step_time_s: float | None = Field(default=None, ge=0)
    step_factor: float = Field(default=1.33, gt=0)
    """Intensity from `step_time_s` on, relative to before."""


class ChainSection(Section):
    """From signal to stored values (PS3.3 C.8.7.1.1.2)."""

    relationship: Relationship = Relationship.LOG
    sign: Literal[-1, 1] = 1
    """+1: less intensity is a lower stored value."""
    bits_stored: int = Field(default=10, ge=8, le=16)
    photometric: Literal["MONOCHROME1", "MONOCHROME2"] = "MONOCHROME2"
    lsb_per_neper: float = Field(default=46.0, gt=0)
    """LOG only: stored steps per unit of attenuation."""
    white_level: float = Field(default=8.0, gt=1)
    """Intensity, relative to the median, at which the stored value saturates."""


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


class CementSection(Section):
    """The injection."""

    product: Product = Product.BASO4_30
    start_s: float = Field(default=2.3, ge=0)
    rate_ml_per_min: float = Field(default=8.0, ge=0)
    porosity: float = Field(default=0.88, gt=0, le=1)
    """Share of trabecular space that cement can fill."""
    heterogeneity: float = Field(default=0.9, ge=0)
    """Standard deviation of the logarithm of the bone's resistance."""


class LeakSection(Section):
    """Cement leaving the bone, beside what goes on filling it."""

    kind: LeakKind = LeakKind.LATERAL
    start_s: float = Field(default=4.0, ge=0)
    rate_ml_per_min: float = Field(default=3.0, gt=0)


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


class CaseSection(Section):
    """A whole simulated case."""

    schema_id: Literal["leakwatch.simulation/1"] = Field(default="leakwatch.simulation/1", alias="schema")
    name: str = Field(default="case", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    label: str = Field(default="L3", max_length=16)
    """Name of the treated bone."""
    effective_kev: float = Field(default=60.0, ge=40, le=80)
    machine: MachineSection = MachineSection()
    detector: DetectorSection = DetectorSection()
    exposure: ExposureSection = ExposureSection()
    chain: ChainSection = ChainSection()
    anatomy: AnatomySection = AnatomySection()
    cement: CementSection = CementSection()
    leak: LeakSection | None = None
    movement: MovementSection = MovementSection()
    transfer_syntax: TransferSyntax = TransferSyntax.JPEG_LS

    @model_validator(mode="after")
    def _leak_follows_cement(self) -> CaseSection:
        if self.leak is not None and self.leak.start_s <= self.cement.start_s:
            msg = "a leak must start after the cement"
            raise ValueError(msg)
        return self
