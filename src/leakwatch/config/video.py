"""What a video file cannot say of itself."""

from typing import Literal

from pydantic import Field

from leakwatch.config.section import Section


class VideoConfig(Section):
    """Size and rate of exported video; a container's rate is the export's, not that of the X-ray pulses."""

    pixel_mm: float | None = Field(default=None, gt=0, le=10)
    """Height of a pixel at the isocentre plane; without it areas and motion are in pixels only. The width
    follows from the pixel aspect ratio, which is 1 in most videos."""
    frames_per_s: float | None = Field(default=None, gt=0, le=1000)
    """Rate of the recording; without it the container's time stamps are believed, with a warning."""
    max_matrix: int = Field(default=4096, ge=16)
    """Rows or columns above this are refused."""
    max_frames: int = Field(default=100_000, ge=1)
    """More frames than this are refused."""
    bone: Literal["dark", "bright"] = "dark"
    """How the video shows bone, and so cement, which it cannot say."""
