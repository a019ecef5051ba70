"""One thing that disturbs a run, and the case that shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import Reason
from leakwatch.simulate.config.case import CaseSection

SIDE_PX = 176
FIELD_MM = 98.0
FRAMES_PER_S = 7.5
SECONDS = 8.4
CEMENT_S = 2.3
LEAK_S = 5.6
_AXIAL_RATIO = 1100.0 / 720.0
_VIEWS = ((0.0, "lateral"), (90.0, "anterior"))
"""The angle of a view, and a leak that it shows: seeds take turns."""

Overlay = Callable[[float], NDArray[np.float32] | None]
"""Attenuation to be added to the picture, (rows, columns), at a time in seconds; None where nothing is."""


@dataclass(frozen=True, slots=True)
class Nuisance:
    """A disturbance of a run.

    Attributes
    ----------
    name
        As in the table of results.
    settings
        Keys of the case, sections joined by dots, for a seed.
    reasons
        Why frames may go undecided beside ``settling``.
    overlay
        What the simulator does not know, for a seed: attenuation drawn over its pictures.
    cement_s, leak_s
        When the cement and, where there is one, the leak start.
    """

    name: str
    settings: Callable[[int], Mapping[str, object]]
    reasons: frozenset[Reason] = frozenset()
    overlay: Callable[[int], Overlay] | None = None
    cement_s: float = CEMENT_S
    leak_s: float = LEAK_S


def pixel_mm() -> float:
    """Width of a pixel of these cases at the isocentre plane."""
    return FIELD_MM / SIDE_PX


def view_of(seed: int) -> float:
    """Positioner Primary Angle of a seed's only view, degrees: AP and lateral take turns."""
    return _VIEWS[seed % 2][0]


def describe(nuisance: Nuisance, seed: int, leaking: bool) -> CaseSection:
    """Describe the case of a nuisance with a seed: 8.4 s at 7.5 frames/s in one view, no bowel gas."""
    primary_deg, kind = _VIEWS[seed % 2]
    keys: dict[str, object] = {
        "name": "nuisance",
        "machine.rows": SIDE_PX,
        "machine.columns": SIDE_PX,
        "machine.frames_per_s": FRAMES_PER_S,
        "machine.frames": round(SECONDS * FRAMES_PER_S),
        "machine.imager_spacing_mm": FIELD_MM / SIDE_PX * _AXIAL_RATIO,
        "machine.views": [{"primary_deg": primary_deg}],
        "machine.layout": "single",
        "anatomy.voxel_mm": 1.0,
        "anatomy.gas_pockets": 0,
        "cement.start_s": nuisance.cement_s,
    }
    keys |= nuisance.settings(seed)
    if leaking:
        keys |= {"leak.kind": kind, "leak.start_s": nuisance.leak_s, "leak.rate_ml_per_min": 2.0}
    content: dict[str, Any] = {}
    for key, value in keys.items():
        *sections, last = key.split(".")
        place = content
        for section in sections:
            place = place.setdefault(section, {})
        place[last] = value
    return CaseSection.model_validate(content)
