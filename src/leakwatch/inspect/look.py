"""Look into paths: every header read, no pixel decoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.inspect.costs import fold_costs
from leakwatch.inspect.inspection import Entry, Inspection, Partner, Study
from leakwatch.inspect.next_step import analyze_command
from leakwatch.inspect.pace import measure_pace
from leakwatch.inspect.places import common_folder, short_name
from leakwatch.inspect.reasons import count_reasons
from leakwatch.nouns import Run
from leakwatch.source.runs import Fate, Reading, read_runs
from leakwatch.views.pair import pair_runs


def look(
    paths: Sequence[Path], config: Config, config_path: Path | None = None, video: Sequence[str] = ()
) -> Inspection:
    """Find and read the runs among `paths` as `leakwatch analyze` would, and sum up what there is.

    Parameters
    ----------
    config_path, video
        What to repeat in the command to type next.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    reading = read_runs(find_inputs(paths), config.dicom, config.video)
    base = common_folder(paths)
    studies = _studies(reading.runs, base, config)
    entries = [entry for study in studies for entry in study.entries]
    return Inspection(
        paths=tuple(paths),
        base=base,
        studies=studies,
        costs=fold_costs(entries),
        passed_over=count_reasons([file for file in reading.rest if file.fate is Fate.OTHER]),
        duplicates=tuple(file for file in reading.rest if file.fate is Fate.DUPLICATE),
        failures=tuple(file for file in reading.rest if file.fate is Fate.FAILED),
        ignored=reading.ignored,
        next_step=_next_step(reading, paths, config_path, video),
    )


def _studies(runs: Sequence[Run], base: Path | None, config: Config) -> tuple[Study, ...]:
    by_study: dict[str, list[Run]] = {}
    for run in runs:
        by_study.setdefault(run.study_instance_uid, []).append(run)
    ordered = [run for same in by_study.values() for run in same]
    numbers = {run.sop_instance_uid: number for number, run in enumerate(ordered, start=1)}
    partners: dict[str, Partner] = {}
    for pair in pair_runs(ordered, config.views):
        gap_s = pair.start_gap_s
        a, b = pair.a.sop_instance_uid, pair.b.sop_instance_uid
        partners[a] = Partner(numbers[b], gap_s, pair.by)
        partners[b] = Partner(numbers[a], None if gap_s is None else -gap_s, pair.by)
    studies = []
    for uid, same in by_study.items():
        first = min((run.start for run in same if run.start is not None), default=None)
        entries = tuple(
            Entry(
                number=numbers[run.sop_instance_uid],
                name=short_name(run.paths[0], base),
                run=run,
                pace=measure_pace(run.times_s),
                partner=partners.get(run.sop_instance_uid),
                since_study_start_s=(
                    None if run.start is None or first is None else (run.start - first).total_seconds()
                ),
            )
            for run in same
        )
        studies.append(Study(uid, entries))
    return tuple(studies)


def _next_step(
    reading: Reading, paths: Sequence[Path], config_path: Path | None, video: Sequence[str]
) -> str:
    return analyze_command(paths, reading.ignored, config_path, video) if reading.runs else ""
