"""How input files are found and read."""

from typing import Literal

from pydantic import Field

from leakwatch.config.section import Section


class GeometryOverride(Section):
    """Geometry for machines that omit the tags; used only where a file is silent."""

    imager_spacing_mm: tuple[float, float] | None = None
    """Detector pixel pitch (row, column), mm."""
    sid_mm: float | None = Field(default=None, gt=0)
    """Source to detector, mm."""
    sod_mm: float | None = Field(default=None, gt=0)
    """Source to isocentre, mm."""
    primary_deg: float | None = Field(default=None, ge=-180, le=180)
    secondary_deg: float | None = Field(default=None, ge=-180, le=180)


class DicomConfig(Section):
    """Limits and overrides for reading."""

    geometry: GeometryOverride = GeometryOverride()
    """Of every run."""
    geometry_a: GeometryOverride = GeometryOverride()
    """Of runs of plane A; what is given here goes before `geometry`."""
    geometry_b: GeometryOverride = GeometryOverride()
    """Of runs of plane B; what is given here goes before `geometry`."""
    frame_time_ms: float | None = Field(default=None, gt=0)
    """Time between frames where a multi-frame file states none."""
    max_matrix: int = Field(default=4096, ge=16)
    """Rows or columns above this are refused."""
    max_frames: int = Field(default=100_000, ge=1)
    """More frames than this are refused."""
    min_frames: int = Field(default=2, ge=1)
    """Shorter runs are refused: a single picture shows no spread."""
    bone: Literal["dark", "bright"] = "dark"
    """How the machine shows bone; used only where a file states neither Pixel Intensity Relationship Sign nor
    LIN or LOG. Many small C-arms show it bright."""
