"""What the report page holds."""

from pydantic import Field

from leakwatch.config.section import Section


class ReportConfig(Section):
    """The self-contained review page."""

    enabled: bool = True
    jpeg_quality: int = Field(default=82, ge=30, le=100)
    max_side_px: int = Field(default=512, ge=64)
    """Frames larger than this are shown reduced; the analysis is not."""
    window_frames: int = Field(default=8, ge=1, le=64)
    """The grey window is taken from so many first frames, then kept."""
    max_megabytes: float = Field(default=200.0, gt=0)
    """Above this the page shows its pictures smaller and coarser, never fewer, and says so."""
