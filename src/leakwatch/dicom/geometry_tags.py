"""The C-arm geometry that a file states."""

from __future__ import annotations

from leakwatch.config.dicom import DicomConfig, GeometryOverride
from leakwatch.dicom.header import Header
from leakwatch.dicom.keywords import INCREMENTS
from leakwatch.dicom.values import named, numbers, present, shown, text
from leakwatch.nouns import CArm, Plane

_COST = {
    "ImagerPixelSpacing": "areas and motion are in pixels only",
    "DistanceSourceToDetector": "there is no magnification, so areas and motion are in pixels only",
    "DistanceSourceToPatient": "there is no magnification, so areas and motion are in pixels only",
    "DistanceSourceToIsocenter": "there is no magnification, so areas and motion are in pixels only",
    "PositionerPrimaryAngle": "leaks cannot be placed in space",
    "PositionerSecondaryAngle": "leaks cannot be placed in space",
}
_LARGEST_MM = 10_000.0
_LARGEST_DEG = 180.0


def override_for(plane: Plane, config: DicomConfig) -> GeometryOverride:
    """Give what the settings hold for runs of a plane: its own, value by value, else what holds for all."""
    own = {Plane.A: config.geometry_a, Plane.B: config.geometry_b}.get(plane, GeometryOverride())
    return config.geometry.model_copy(update=own.model_dump(exclude_none=True))


def read_geometry(header: Header, override: GeometryOverride) -> tuple[CArm, tuple[str, ...]]:
    """Read angles, distances and detector spacing, and a sentence for what is missing or impossible.

    `override` fills only what the file leaves open; a value that cannot be (NaN, zero, negative) counts
    as left open.
    """
    warnings: list[str] = []
    spacing = _lengths(header, "ImagerPixelSpacing", 2, override.imager_spacing_mm, warnings)
    sid = _lengths(header, "DistanceSourceToDetector", 1, _one(override.sid_mm), warnings)
    # both stand for the same: in a classic file the patient is at the isocentre (PS3.3 C.8.7.5, C.8.19.6)
    to_centre = "DistanceSourceToIsocenter"
    if header.groups_offset is None and not present(header, to_centre):
        to_centre = "DistanceSourceToPatient"
    sod = _lengths(header, to_centre, 1, _from_magnification(header, sid, override), warnings)
    primary = _angle(header, "PositionerPrimaryAngle", override.primary_deg, warnings)
    secondary = _angle(header, "PositionerSecondaryAngle", override.secondary_deg, warnings)
    if sid and sod and sod[0] > sid[0]:
        warnings.append(
            f"{named(to_centre)} {sod[0]:g} is beyond {named('DistanceSourceToDetector')} "
            f"{sid[0]:g}, which cannot be; both were ignored: {_COST[to_centre]}"
        )
        sid = sod = None
    for keyword, part in (("PositionerMotion", "Positioner"), ("TableMotion", "Table")):
        told = any(present(header, increment) for increment in INCREMENTS if increment.startswith(part))
        if text(header, keyword) == "DYNAMIC" and not told:
            warnings.append(
                f"{named(keyword)} is DYNAMIC, but the file does not say how far: the geometry of the first "
                "frame is used, and leaks cannot be placed in space in later frames"
            )
    arm = CArm(
        primary_deg=primary,
        secondary_deg=secondary,
        sid_mm=sid[0] if sid else None,
        sod_mm=sod[0] if sod else None,
        imager_spacing_mm=(spacing[0], spacing[1]) if spacing else None,
    )
    return arm, tuple(warnings)


def _lengths(
    header: Header, keyword: str, count: int, override: tuple[float, ...] | None, warnings: list[str]
) -> tuple[float, ...] | None:
    values = numbers(header, keyword)
    if len(values) == count and all(0.0 < value <= _LARGEST_MM for value in values):
        return values
    return _left_open(header, keyword, override, warnings)


def _angle(header: Header, keyword: str, override: float | None, warnings: list[str]) -> float | None:
    values = numbers(header, keyword)
    if len(values) == 1 and abs(values[0]) <= _LARGEST_DEG:
        return values[0]
    filled = _left_open(header, keyword, _one(override), warnings)
    return filled[0] if filled else None


def _left_open(
    header: Header, keyword: str, override: tuple[float, ...] | None, warnings: list[str]
) -> tuple[float, ...] | None:
    said = f"{shown(header, keyword)}, no possible value" if present(header, keyword) else "missing"
    if override is None:
        warnings.append(f"{named(keyword)} is {said}: {_COST[keyword]}")
        return None
    filled = " x ".join(f"{value:g}" for value in override)
    warnings.append(f"{named(keyword)} is {said}; {filled} is used instead")
    return override


def _from_magnification(
    header: Header, sid: tuple[float, ...] | None, override: GeometryOverride
) -> tuple[float, ...] | None:
    """Source to isocentre from Estimated Radiographic Magnification Factor = SID / SOD (PS3.3 C.8.7.5)."""
    factor = numbers(header, "EstimatedRadiographicMagnificationFactor")
    if sid and len(factor) == 1 and factor[0] >= 1.0:
        return (sid[0] / factor[0],)
    return _one(override.sod_mm)


def _one(value: float | None) -> tuple[float, ...] | None:
    return None if value is None else (value,)
