"""Find what a folder of results holds, whatever is missing from it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leakwatch.errors import InputError
from leakwatch.results.atomic import folder_name

Json = Mapping[str, Any]
"""A JSON object as read; nothing in it is certain."""


@dataclass(frozen=True, slots=True)
class RunFiles:
    """One row of the index: `folder` is None where it has no results."""

    key: str
    row: Mapping[str, str]
    folder: Path | None
    run: Json
    leaks: Sequence[Any]
    view: Json

    @property
    def uid(self) -> str:
        """SOP Instance UID, or empty."""
        return self.row.get("sop_instance_uid") or ""


@dataclass(frozen=True, slots=True)
class Group:
    """Runs shown side by side.

    Attributes
    ----------
    keys, offsets_s
        The runs, and what to add to a time of each to have it on the first's clock.
    pair, fused, scene
        How a pair's views fit each other, what they say together, and where bone and needle lie in space, as
        `cases.json` has it.
    """

    keys: tuple[str, ...]
    offsets_s: tuple[float, ...]
    pair: Json = field(default_factory=dict)
    fused: Json = field(default_factory=dict)
    scene: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Study:
    """One study: its groups of runs, and its leaks merged over the views as `cases.json` has them."""

    uid: str
    groups: tuple[Group, ...]
    leaks: Sequence[Any]


def read_runs(out: Path) -> list[RunFiles]:
    """Read the index and, per row, the JSON files of the run."""
    try:
        with (out / "index.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError:
        rows = []
    return [_run_files(out, f"r{number}", row) for number, row in enumerate(rows)]


def arrange(out: Path, runs: Sequence[RunFiles]) -> list[Study]:
    """Put runs with results into their studies, planes recorded together side by side."""
    cases = {
        case.get("study_instance_uid"): case
        for case in _list(read_json(out / "cases.json").get("cases"))
        if isinstance(case, dict)
    }
    studies: dict[str, list[RunFiles]] = {}
    for run in runs:
        if run.folder is not None:
            studies.setdefault(run.row.get("study_instance_uid") or "", []).append(run)
    return [
        Study(uid, tuple(_groups(mine, cases.get(uid, {}))), _list(cases.get(uid, {}).get("leaks")))
        for uid, mine in studies.items()
    ]


def read_json(path: Path) -> Json:
    """Read a JSON object; an empty one where there is none."""
    try:
        # NaN is no JSON, whoever wrote it; undefined is null.
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda _: None)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _run_files(out: Path, key: str, row: Mapping[str, str]) -> RunFiles:
    folder = None
    if row.get("folder"):
        try:
            # Not the cell itself: only a name made of a UID cannot lead out of the folder.
            folder = out / "runs" / folder_name(row.get("sop_instance_uid") or "")
        except InputError:
            folder = None
    if folder is None or not folder.is_dir():
        return RunFiles(key, row, None, {}, (), {})
    leaks = _list(read_json(folder / "events.json").get("leaks"))
    view = read_json(folder / "review" / "view.json")
    return RunFiles(key, row, folder, read_json(folder / "run.json"), leaks, view)


def _groups(runs: Sequence[RunFiles], case: Json) -> list[Group]:
    by_uid = {run.uid: run.key for run in runs}
    partner: dict[str, tuple[str, float]] = {}
    for pair in _list(case.get("pairs")):
        if isinstance(pair, dict) and pair.get("a") in by_uid and pair.get("b") in by_uid:
            gap = pair.get("start_gap_s")
            partner[pair["a"]] = (pair["b"], float(gap) if isinstance(gap, int | float) else 0.0)
    seconds = {uid for uid, _ in partner.values()}
    pairs, fused, scenes = (
        {one.get("a"): one for one in _list(case.get(name)) if isinstance(one, dict)}
        for name in ("pairs", "fused", "scenes")
    )
    groups = []
    for run in runs:
        if run.uid in partner:
            uid, offset_s = partner[run.uid]
            keys = (run.key, by_uid[uid])
            said = (one.get(run.uid, {}) for one in (pairs, fused, scenes))
            groups.append(Group(keys, (0.0, offset_s), *said))
        elif run.uid not in seconds:
            groups.append(Group((run.key,), (0.0,)))
    return groups


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
