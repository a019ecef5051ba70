"""One case of the suite: simulated or taken, analysed by the real pipeline, scored, watched by the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tifffile

from leakwatch.bench.observers import ideal, plain
from leakwatch.bench.observers.trace import Trace
from leakwatch.bench.score import CaseScore, score_case
from leakwatch.bench.suite.ablations import Ablation, left_out
from leakwatch.bench.suite.watched import LEAKWATCH, LeakSize, SuiteCase, Variant, Watched, climbs_of
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.bench.survey.one_case import analyse_case
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.bench.tables import CaseFacts, RunFacts, read_case_facts, read_run_folders, read_table
from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.errors import LeakwatchError
from leakwatch.nouns import Run
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.case import write_case
from leakwatch.source.runs import read_runs

_LEAK = 2
_FLOATS_APART_S = 1e-4  # times are written to a hundredth of a millisecond


@dataclass(frozen=True, slots=True)
class Analysed:
    """One analysis of a case: its score, leakwatch's own statistic, inputs that failed, and what it took."""

    score: CaseScore
    ours: tuple[Watched, ...]
    error: str
    seconds: float


def work_through(
    drawn: DrawnCase, config: Config, ablations: Sequence[Ablation] = (), *, observers: bool
) -> SuiteCase:
    """Simulate a drawn case, analyse it, and let all observers watch it; its files are thrown away."""
    empty = CaseRecord(drawn.index, Outcome.IMPOSSIBLE, drawn.site, drawn.way, drawn.chosen)
    with TemporaryDirectory(prefix="leakwatch-bench-") as name:
        try:
            written = write_case(drawn.case, drawn.simulation_seed, Path(name) / "case")
        except ValueError as error:
            return SuiteCase(replace(empty, error=str(error)))

        def know() -> Sequence[Trace]:
            return ideal.watch(drawn.case, drawn.simulation_seed, written) if observers else ()

        return take(written.folder, Path(name) / "out", empty, config, know, ablations, observers=observers)


def take(
    folder: Path,
    out: Path,
    empty: CaseRecord,
    config: Config,
    know: Callable[[], Sequence[Trace]] = tuple,
    ablations: Sequence[Ablation] = (),
    *,
    observers: bool = True,
) -> SuiteCase:
    """Analyse and score a case that lies in a folder: dicom/, outline.json and truth/.

    Parameters
    ----------
    empty
        The record to be filled in.
    know
        Gives the traces of observers that know more than the files say.
    ablations
        Stages without which the same files are analysed again, one at a time.

    Raises
    ------
    LeakwatchError
        The folder holds no case.
    OSError
        It cannot be read, or `out` cannot be written.
    """
    facts = read_case_facts(folder / "truth" / "case.json")
    done = _analyse(folder, out, config, facts)
    record = replace(
        empty, outcome=Outcome.SCORED, error=done.error, score=done.score, analyse_s=done.seconds
    )
    runs = {
        run.sop_instance_uid: run
        for run in read_runs(find_inputs([folder / "dicom"]), config.dicom, config.video).runs
    }
    traces = list(know())
    if observers:
        outlines = load_outlines(folder / "outline.json")
        traces += [trace for run in runs.values() for trace in plain.watch(run, outlines)]
    starts = {run.sop_instance_uid: run.start_s for run in facts.runs}
    watched = [*done.ours]
    watched += [_watched(trace, runs[trace.sop_instance_uid], starts) for trace in traces]
    variants = tuple(_vary(folder, one, config, facts) for one in ablations)
    return SuiteCase(record, _size(facts, folder / "truth", runs), tuple(watched), variants)


def _analyse(folder: Path, out: Path, config: Config, facts: CaseFacts) -> Analysed:
    errors, seconds = analyse_case(folder, out, config)
    return Analysed(score_case(folder, out), tuple(_ours(facts, out)), " ".join(errors), seconds)


def _vary(folder: Path, ablation: Ablation, config: Config, facts: CaseFacts) -> Variant:
    """Analyse the same files without one stage; what breaks then breaks nothing else."""
    with TemporaryDirectory(prefix="leakwatch-bench-") as name:
        try:
            done = _analyse(folder, Path(name), left_out(ablation, config), facts)
        except (LeakwatchError, OSError, ValueError) as error:
            return Variant(ablation.setting, None, error=str(error) or type(error).__name__)
    return Variant(ablation.setting, done.score, done.ours, done.error, done.seconds)


def _ours(facts: CaseFacts, out: Path) -> list[Watched]:
    """Leakwatch's own statistic, from the table that it publishes."""
    folders = dict(read_run_folders(out))
    found = []
    for run in facts.runs:
        if run.sop_instance_uid not in folders:
            continue
        table = read_table(folders[run.sop_instance_uid] / "frames.csv")
        times_s = table.numbers("time_s") + run.start_s
        alarms = [time for time, state in zip(times_s, table.text("state"), strict=True) if state == "alarm"]
        climbs = climbs_of(times_s, table.numbers("evidence").tolist())
        found.append(Watched(LEAKWATCH, climbs, float(alarms[0]) if alarms else None, knows=True))
    return found


def _watched(trace: Trace, run: Run, starts: dict[str, float]) -> Watched:
    times_s = np.asarray(run.times_s, np.float64) + starts[trace.sop_instance_uid]
    return Watched(
        trace.observer,
        climbs_of(times_s, trace.statistic),
        None if trace.alarm_frame is None else float(times_s[trace.alarm_frame]),
        knows=bool(np.isfinite(trace.statistic).any()),
    )


def _size(facts: CaseFacts, truth: Path, runs: dict[str, Run]) -> LeakSize | None:
    sizes = [
        _size_in(truth / one.sop_instance_uid, one, runs[one.sop_instance_uid])
        for one in facts.runs
        if one.sop_instance_uid in runs
    ]
    leaks = [size for size in sizes if size is not None]
    if not leaks:
        return None
    return LeakSize(max(one.extent_mm for one in leaks), max(one.flow_ml_min for one in leaks))


def _size_in(truth: Path, facts: RunFacts, run: Run) -> LeakSize | None:
    """Extent of the visible leak on the run's last frame, and the mean flow while it grew."""
    table = read_table(truth / "frames.csv")
    leaked = table.numbers("leak_ul")
    holding = np.flatnonzero(leaked > 0)
    if not len(holding):
        return None
    times_s = table.numbers("time_s")
    first, last = int(holding[0]), int(np.argmax(leaked))
    seconds = max(float(times_s[last] - times_s[first]), _FLOATS_APART_S)
    flow = float(leaked[last] - leaked[first]) / seconds * 60 / 1000
    visible = tifffile.imread(truth / "labels.tif", key=len(times_s) - 1) == _LEAK
    pixel_mm = run.geometry.pixel_mm
    extent = 0.0
    if visible.any() and pixel_mm is not None:
        sides = [np.ptp(np.flatnonzero(visible.any(axis=axis))) + 1 for axis in (1, 0)]
        extent = float(np.hypot(sides[0] * pixel_mm[0], sides[1] * pixel_mm[1]))
    return LeakSize(extent, flow)
