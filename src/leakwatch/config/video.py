"""What a video file cannot say of itself."""

from pydantic import Field

from leakwatch.config.section import Section


class VideoConfig(Section):
    """Size and rate of exported video; a container's rate is the export's, not that of the X-ray pulses."""

    pixel_mm: float | None = Field(default=None, gt=0, le=10)
    """Size of a pixel at the isocentre plane; without it areas and motion are in pixels only."""
    frames_per_s: float | None = Field(default=None, gt=0, le=1000)
    """Rate of the recording; without it the container's time stamps are believed, with a warning."""
