"""How far off the cement of two views is, from the published files and the truth beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.tables import Table, read_table
from leakwatch.geometry import axes_from_angles


@dataclass(frozen=True, slots=True)
class Leaked:
    """What two views told of all leaks together, and all that had leaked by then, µl.

    `volume_ul` and the interval are None where they told of none, or not how much.
    """

    true_ul: float
    volume_ul: float | None
    low_ul: float | None
    high_ul: float | None


@dataclass(frozen=True, slots=True)
class Cement:
    """The volume that two views told at their end, and what was injected by then, µl.

    `volume_ul` and the others told are None with `reason`; `degrees` is the angle between both beams, at
    most 90. `leak` is None where nothing had leaked by then, or no volume was told.
    """

    true_ul: float
    volume_ul: float | None
    low_ul: float | None
    high_ul: float | None
    hull_ul: float | None
    degrees: float
    reason: str
    leak: Leaked | None = None


def read_cement(out: Path, truth: Path) -> Cement | None:
    """Read what a case's only pair of views says of its cement; None where there is no such pair.

    Parameters
    ----------
    out
        Results.
    truth
        One folder a run, named by its SOP Instance UID, with a frames.csv of what is true.
    """
    cases: list[dict[str, Any]] = json.loads((out / "cases.json").read_text(encoding="utf-8"))["cases"]
    scenes = [scene for case in cases for scene in case["scenes"]]
    if len(scenes) != 1:
        return None
    (scene,) = scenes
    degrees = _angle_deg(read_table(out / "index.csv"), (scene["a"], scene["b"]))
    told = scene["cement"]
    table = read_table(truth / scene["a"] / "frames.csv")
    true_ul = table.numbers("cement_ul")
    if told is None:
        return Cement(float(true_ul[-1]), None, None, None, None, degrees, scene["cement_reason"])
    at = int(abs(table.numbers("time_s") - told["pair_time_s"]).argmin())
    low_ul, high_ul = told["volume_interval_ul"]
    leak = _leaked(cases, float(table.numbers("leak_ul")[at]))
    return Cement(float(true_ul[at]), told["volume_ul"], low_ul, high_ul, told["hull_ul"], degrees, "", leak)


def columns(records: Sequence[Cement] | Sequence[Leaked], *fields: str) -> tuple[NDArray[np.float64], ...]:
    """Give fields of records that have them all, each (records,)."""
    return tuple(np.array([getattr(one, field) for one in records], np.float64) for field in fields)


def _leaked(cases: Sequence[dict[str, Any]], true_ul: float) -> Leaked | None:
    if true_ul <= 0:
        return None
    leaks = [leak for case in cases for leak in case["leaks"] if leak["volume_ul"] is not None]
    if not leaks:
        return Leaked(true_ul, None, None, None)
    low_ul, high_ul = (sum(leak["volume_interval_ul"][end] for leak in leaks) for end in (0, 1))
    return Leaked(true_ul, sum(leak["volume_ul"] for leak in leaks), low_ul, high_ul)


def _angle_deg(index: Table, uids: Sequence[str]) -> float:
    angles = zip(index.numbers("primary_deg"), index.numbers("secondary_deg"), strict=True)
    beams = {
        uid: axes_from_angles(float(primary), float(secondary))[2]
        for uid, (primary, secondary) in zip(index.text("sop_instance_uid"), angles, strict=True)
    }
    cosine = abs(float(beams[uids[0]] @ beams[uids[1]]))
    return float(np.degrees(np.arccos(min(cosine, 1.0))))
