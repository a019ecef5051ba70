"""Geometry that a classic XA file states frame by frame, and what movement costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import named, numbers, present
from leakwatch.nouns import PerFrame

_ANGLES = ("PositionerPrimaryAngleIncrement", "PositionerSecondaryAngleIncrement")
_TABLE = ("TableVerticalIncrement", "TableLongitudinalIncrement", "TableLateralIncrement")
_STILL_DEG, _STILL_MM = 0.5, 1.0

Floats = NDArray[np.float64]


def read_per_frame(header: Header, frames: int) -> tuple[PerFrame | None, tuple[str, ...]]:
    """Read the increments of a run whose arm or table moves, and a sentence for what cannot be used.

    Notes
    -----
    Increments of angles count from the first frame, as those of the table do (PS3.17 FFF.2.1.3.1.2, PS3.3
    C.8.7.4, C.8.7.5): the angle of frame i is Positioner Primary Angle + increment i.
    """
    warnings: list[str] = []
    primary, secondary = (_increments(header, keyword, frames, warnings) for keyword in _ANGLES)
    table = [_increments(header, keyword, frames, warnings) for keyword in _TABLE]
    if primary is None and secondary is None and all(column is None for column in table):
        return None, tuple(warnings)
    still = np.zeros(frames)
    stated = PerFrame(
        primary_deg=_from(header, "PositionerPrimaryAngle", primary),
        secondary_deg=_from(header, "PositionerSecondaryAngle", secondary),
        table_mm=None
        if all(column is None for column in table)
        else np.stack([still if column is None else column - column[0] for column in table], axis=1),
    )
    return stated, (*warnings, *movement(stated))


def movement(stated: PerFrame) -> tuple[str, ...]:
    """Say that arm or table moves, and what that costs."""
    turned = np.zeros(0, np.bool_)
    said = []
    angles = [angle for angle in (stated.primary_deg, stated.secondary_deg) if angle is not None]
    if angles:
        away = np.nanmax(np.abs([_since_first(angle) for angle in angles]), axis=0)
        turned = away > _STILL_DEG
        if turned.any():
            said.append(f"the arm turns by up to {away.max():.3g} deg")
    if stated.table_mm is not None:
        away = np.nan_to_num(np.abs(stated.table_mm)).max(axis=1)
        moved = away > _STILL_MM
        if moved.any():
            said.append(f"the table moves by up to {away.max():.3g} mm")
        turned = moved | turned if len(turned) else moved
    if not said:
        return ()
    return (
        f"{' and '.join(said)} during the run: the geometry of the first frame is used, and leaks cannot be "
        f"placed in space in the {int(turned.sum())} frames that moved",
    )


def _since_first(angle_deg: Floats) -> Floats:
    """(frames,) degrees from the first frame, the short way round; 0 where a frame is silent."""
    away = np.nan_to_num(angle_deg - angle_deg[0])
    return np.asarray((away + 180.0) % 360.0 - 180.0, np.float64)


def _from(header: Header, keyword: str, increments: Floats | None) -> Floats | None:
    first = numbers(header, keyword)
    if increments is None or len(first) != 1 or not np.isfinite(first[0]):
        return None
    return first[0] + increments


def _increments(header: Header, keyword: str, frames: int, warnings: list[str]) -> Floats | None:
    if not present(header, keyword):
        return None
    values = np.asarray(numbers(header, keyword), np.float64)
    if len(values) == frames - 1:
        warnings.append(f"{named(keyword)} has {frames - 1} values for {frames} frames; frame 0 has none")
        values = np.concatenate([[0.0], values])
    if len(values) != frames:
        warnings.append(f"{named(keyword)} has {len(values)} values for {frames} frames and was ignored")
        return None
    if np.isnan(values).any():
        warnings.append(f"{named(keyword)} is no number at {int(np.isnan(values).sum())} of {frames} frames")
    return None if np.isnan(values).all() else values
