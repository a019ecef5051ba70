"""From intensity at the detector to a noisy signal, and what controls it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from leakwatch.config.section import Section


class DetectorSection(Section):
    """From intensity at the detector to a noisy signal."""

    photons_per_pixel: float = Field(default=700.0, gt=0)
    """Detected quanta behind median attenuation; exposure control keeps this from view to view."""
    electronic_noise_photons: float = Field(default=3.0, ge=0)
    scatter_to_primary: float = Field(default=0.8, ge=0)
    scatter_range_mm: float = Field(default=18.0, gt=0)
    blur_px: float = Field(default=0.5, ge=0)
    """Standard deviation of the detector's spread, applied before the noise."""
    lag: float = Field(default=0.03, ge=0, lt=0.5)
    """Share of a frame's signal that is read again in the next, and there only."""
    lag_tail: float = Field(default=0.011, ge=0, lt=0.1)
    """Share read again in the next frame by slow traps, in addition."""
    lag_tail_decay: float = Field(default=0.65, ge=0, lt=1)
    """What is left of the slow traps' share from one frame to the next.

    A panel reads 2 to 10 %, then 0.7, 0.4 and 0.3 % again (Siewerdsen and Jaffray 1999).
    """
    noise: bool = True

    @model_validator(mode="after")
    def _lag_leaves_a_picture(self) -> DetectorSection:
        if self.lag + self.lag_tail / (1 - self.lag_tail_decay) >= 0.5:
            msg = "lag and its tail together must leave at least half of a frame to itself"
            raise ValueError(msg)
        return self


class ExposureSection(Section):
    """What exposure control does to the run."""

    control: Literal["fixed", "automatic"] = "fixed"
    """Automatic: holds the mean signal of the middle of the picture, and so answers to what comes in."""
    control_time_s: float = Field(default=0.5, gt=0)
    """Time constant of its answer."""
    control_dead_band: float = Field(default=0.04, ge=0, lt=0.5)
    """Relative deviation that it lets pass."""
    control_limit: float = Field(default=2.5, gt=1)
    """Largest factor, up or down, from where the run started."""
    settling_frames: int = Field(default=0, ge=0)
    settling_noise: float = Field(default=4.0, ge=1)
    """How many times noisier the first frame is."""
    settling_brightness: float = Field(default=1.08, gt=0)
    step_time_s: float | None = Field(default=None, ge=0)
    step_factor: float = Field(default=1.33, gt=0)
    """Intensity from `step_time_s` on, relative to before."""


class CollimatorSection(Section):
    """Lead between tube and patient, at the isocentre plane; the picture's middle is its own."""

    form: Literal["open", "rectangle", "circle"] = "open"
    half_width_mm: float = Field(default=40.0, gt=5)
    half_height_mm: float = Field(default=40.0, gt=5)
    """Not used by a circle, whose radius is `half_width_mm`."""
    penumbra_mm: float = Field(default=0.8, gt=0)
    leakage: float = Field(default=0.002, ge=0, lt=0.1)
    """Share of the primary beam that comes through the lead."""
    stated: bool = False
    """Whether the file says where the lead is (PS3.3 C.8.7.3)."""
