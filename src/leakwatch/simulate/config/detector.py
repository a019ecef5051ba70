"""From intensity at the detector to a noisy signal."""

from __future__ import annotations

from pydantic import Field

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
