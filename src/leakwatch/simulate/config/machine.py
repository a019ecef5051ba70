"""Matrix, clock and geometry of the machine."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from leakwatch.config.section import Section
from leakwatch.nouns import CArm


class ViewSection(Section):
    """One plane of the machine, or one stay of an arm that alternates."""

    primary_deg: float = Field(default=0.0, ge=-180, le=180)
    secondary_deg: float = Field(default=0.0, ge=-60, le=60)
    start_s: float = Field(default=0.0, ge=0)
    """When the run's first frame is taken, on the case's clock."""
    frames: int | None = Field(default=None, ge=2, le=5000)
    """Where this view has another number of frames than the machine's."""
    frames_per_s: float | None = Field(default=None, gt=0, le=60)


class PedalGap(Section):
    """The foot is off the pedal: no frames for a while."""

    after_s: float = Field(gt=0)
    """On the case's clock."""
    duration_s: float = Field(gt=0)


class MachineSection(Section):
    """Matrix, clock and geometry."""

    rows: int = Field(default=256, ge=32, le=2048)
    columns: int = Field(default=256, ge=32, le=2048)
    frames: int = Field(default=56, ge=2, le=5000)
    frames_per_s: float = Field(default=7.5, gt=0, le=60)
    pedal_gaps: tuple[PedalGap, ...] = ()
    sid_mm: float = Field(default=1100.0, gt=0)
    sod_mm: float = Field(default=720.0, gt=0)
    imager_spacing_mm: float = Field(default=0.58, gt=0)
    """Detector pixel pitch; square pixels."""
    layout: Literal["biplane", "single"] = "biplane"
    """Two planes at once, or one arm whose views follow each other."""
    views: tuple[ViewSection, ...] = Field(
        default=(ViewSection(), ViewSection(primary_deg=90.0)), min_length=1, max_length=8
    )
    """One run each."""
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

    @property
    def is_pair(self) -> bool:
        """Whether the two runs are planes of one acquisition."""
        return self.layout == "biplane" and len(self.views) == 2

    def ends_s(self, view: ViewSection) -> float:
        """When a view's last frame is taken, on the case's clock."""
        frames = view.frames or self.frames
        ends_s = view.start_s + (frames - 1) / (view.frames_per_s or self.frames_per_s)
        for gap in sorted(self.pedal_gaps, key=lambda gap: gap.after_s):
            if view.start_s < gap.after_s <= ends_s:
                ends_s += gap.duration_s
        return ends_s

    @model_validator(mode="after")
    def _views_fit_the_layout(self) -> MachineSection:
        if self.sid_mm <= self.sod_mm:
            msg = f"sid_mm {self.sid_mm:g} must be more than sod_mm {self.sod_mm:g}"
            raise ValueError(msg)
        if self.layout == "biplane" and len(self.views) > 2:
            msg = "a biplane machine has two views; more need layout: single"
            raise ValueError(msg)
        if self.layout == "single":
            for before, after in pairwise(self.views):
                if after.start_s <= self.ends_s(before):
                    msg = f"one arm cannot start a view at {after.start_s:g} s: the one before still runs"
                    raise ValueError(msg)
        return self
