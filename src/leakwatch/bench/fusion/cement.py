"""How far off the cement of two views is, from the published files and the truth beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leakwatch.bench.tables import read_table


@dataclass(frozen=True, slots=True)
class Cement:
    """The volume that two views told at their end, and what was injected by then, µl.

    `volume_ul` and the others told are None with `reason`; `degrees` is the angle between both beams' primary
    angles.
    """

    true_ul: float | None
    volume_ul: float | None
    low_ul: float | None
    high_ul: float | None
    hull_ul: float | None
    degrees: float
    reason: str


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
    rows = read_table(out / "index.csv")
    primary = dict(zip(rows.text("sop_instance_uid"), rows.numbers("primary_deg"), strict=True))
    degrees = abs(float(primary[scene["a"]] - primary[scene["b"]]))
    told = scene["cement"]
    table = read_table(truth / scene["a"] / "frames.csv")
    true_ul = table.numbers("cement_ul")
    if told is None:
        return Cement(float(true_ul[-1]), None, None, None, None, degrees, scene["cement_reason"])
    at = int(abs(table.numbers("time_s") - told["pair_time_s"]).argmin())
    low_ul, high_ul = told["volume_interval_ul"]
    return Cement(float(true_ul[at]), told["volume_ul"], low_ul, high_ul, told["hull_ul"], degrees, "")
