"""Outlines as JSON (``leakwatch.outline/1``)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Region, Site

SCHEMA = "leakwatch.outline/1"

Point = tuple[float, float]
Polygon = Annotated[list[Point], Field(min_length=3)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _RegionPart(_Part):
    name: str = Field(min_length=1)
    polygon_xy_px: Polygon


class _OutlinePart(_Part):
    sop_instance_uid: str = Field(pattern=r"^[0-9][0-9.]{0,63}$")
    frame: int = Field(ge=0)
    site: Site
    label: str = ""
    polygon_xy_px: Polygon
    error_mm: Annotated[float, Field(ge=0, le=50)] | None = None
    regions: dict[str, Polygon] | list[_RegionPart] = Field(default_factory=list)

    def named_regions(self) -> tuple[Region, ...]:
        pairs = (
            list(self.regions.items())
            if isinstance(self.regions, dict)
            else [(region.name, region.polygon_xy_px) for region in self.regions]
        )
        return tuple(Region(name, np.array(polygon, np.float64)) for name, polygon in pairs)


class _RegistrationPart(_Part):
    """What a CT was laid with; read so that a wrong key is told, and used by nobody."""

    similarity: float
    disagreement_mm: float
    in_plane_disagreement_mm: float
    turned_deg: float
    posterior_wall_mm_lps: list[tuple[float, float, float]]


class _OutlineFile(_Part):
    schema_id: Literal["leakwatch.outline/1"] = Field(alias="schema")
    research_use: str = ""
    outlines: list[_OutlinePart]
    registration: _RegistrationPart | None = None


def parse_outlines(path: Path, content: bytes) -> tuple[Outline, ...]:
    """Read the outlines in the content of a file, in its order.

    Raises
    ------
    OutlineError
        It is not JSON, or breaks the schema; the message names the file and the place in it.
    """
    try:
        parsed = _OutlineFile.model_validate_json(content)
    except ValidationError as error:
        msg = f"{path}: {_first_complaint(error)}"
        raise OutlineError(msg) from error
    return tuple(_to_outline(part) for part in parsed.outlines)


def _first_complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return f"is not JSON ({first['msg'].removeprefix('Invalid JSON: ')})"
    place = ".".join(str(part) for part in first["loc"]) or "outline file"
    return f"{place}: {first['msg']}"


def _to_outline(part: _OutlinePart) -> Outline:
    return Outline(
        sop_instance_uid=part.sop_instance_uid,
        frame=part.frame,
        site=part.site,
        label=part.label,
        polygon_xy_px=np.array(part.polygon_xy_px, np.float64),
        regions=part.named_regions(),
        error_mm=() if part.error_mm is None else (part.error_mm,) * len(part.polygon_xy_px),
    )
