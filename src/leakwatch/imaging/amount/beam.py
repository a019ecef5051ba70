"""The beam of a run: what the settings state, else what the file does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.config.amount import AmountConfig
from leakwatch.nouns import Run

_STEADY_KV = 2.0
_LOWEST_KV, _HIGHEST_KV = 40.0, 150.0


@dataclass(frozen=True, slots=True)
class BeamSetting:
    """Tube voltage, kV, and filters, mm."""

    kvp: float
    aluminium_mm: float
    copper_mm: float


def beam_of(run: Run, config: AmountConfig) -> BeamSetting | str:
    """Give the beam, or the sentence why it is not known.

    A setting goes before the file. KVP (0018,0060) of the file counts, of all frames if they have their own;
    so does copper among Filter Material (0018,7050) with the mean of Filter Thickness Minimum and Maximum
    (0018,7052, 0018,7054), mm. Aluminium is a setting only: what the tube itself holds stands in no file.
    """
    kvp = config.kvp if config.kvp is not None else _stated_kvp(run)
    if isinstance(kvp, str):
        return kvp
    copper = config.copper_mm if config.copper_mm is not None else _stated_copper_mm(run)
    missing = [
        name
        for name, value in (
            ("imaging.amount.aluminium_mm", config.aluminium_mm),
            ("imaging.amount.copper_mm", copper),
        )
        if value is None
    ]
    if config.aluminium_mm is None or copper is None:
        return f"the filtration of the beam is not known: {' and '.join(missing)} not given"
    return BeamSetting(kvp, config.aluminium_mm, copper)


def _stated_kvp(run: Run) -> float | str:
    per_frame = None if run.per_frame is None else run.per_frame.kvp
    stated = np.array(_numbers(run, "KVP") if per_frame is None else per_frame, np.float64)
    stated = stated[np.isfinite(stated)]
    if not len(stated):
        return "the tube voltage is neither in KVP (0018,0060) nor given (imaging.amount.kvp)"
    if np.ptp(stated) > _STEADY_KV:
        return f"KVP (0018,0060) goes from {stated.min():g} to {stated.max():g} within the run"
    kvp = float(np.median(stated))
    if not _LOWEST_KV <= kvp <= _HIGHEST_KV:
        return f"KVP (0018,0060) is {kvp:g}, no voltage that fluoroscopy is done with"
    return kvp


def _stated_copper_mm(run: Run) -> float | None:
    """Sum of the copper filters that the file states; None where it states no thickness."""
    materials = [
        part.strip().upper() for part in run.tags.get("FilterMaterial", "").split("\\") if part.strip()
    ]
    least = _numbers(run, "FilterThicknessMinimum")
    most = _numbers(run, "FilterThicknessMaximum") or least
    if not materials or not len(materials) == len(least) == len(most):
        return None
    return sum(
        (low + high) / 2
        for material, low, high in zip(materials, least, most, strict=True)
        if material == "COPPER"
    )


def _numbers(run: Run, keyword: str) -> list[float]:
    """Read a tag's numbers from its text; none where it is not all numbers."""
    try:
        found = [float(part) for part in run.tags.get(keyword, "").split("\\") if part.strip()]
    except ValueError:
        return []
    return found if all(np.isfinite(found)) else []
