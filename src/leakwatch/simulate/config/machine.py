"""Matrix, clock and geometry of the machine."""

from __future__ import annotations

from pydantic import Field

from leakwatch.config.section import Section
from leakwatch.nouns import CArm


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
