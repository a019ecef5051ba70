"""All observers on the runs of one simulated case, and when each gave its alarm."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from leakwatch.bench.observers import ideal, plain
from leakwatch.bench.observers.trace import Trace
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.bench.tables import CaseFacts, RunFacts, read_case_facts, read_table
from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.case import write_case
from leakwatch.source.runs import read_runs

OBSERVERS = (*plain.OBSERVERS, *ideal.OBSERVERS)


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """One run of a case.

    Attributes
    ----------
    case
        Number of the case in its survey.
    leak
        How cement leaves; empty without a leak.
    first_leak_s, onset_s
        First leaked voxel of the case, and 3 mm² of leak in this view, in seconds from the run's first frame;
        None where there is none. The first is negative in a view that starts later.
    alarms_s
        Of each of `OBSERVERS`, on the same clock; None without an alarm.
    """

    case: int
    leak: str
    primary_deg: float
    secondary_deg: float
    frames_per_s: float
    first_leak_s: float | None
    onset_s: float | None
    alarms_s: tuple[float | None, ...]


def watch_case(drawn: DrawnCase) -> tuple[WatchedRun, ...]:
    """Simulate a case, let every observer watch it, and throw its files away.

    Raises
    ------
    ValueError
        The case describes what cannot be simulated.
    """
    with TemporaryDirectory(prefix="leakwatch-observers-") as name:
        written = write_case(drawn.case, drawn.simulation_seed, Path(name) / "case")
        facts = read_case_facts(written.truth / "case.json")
        traces = list(ideal.watch(drawn.case, drawn.simulation_seed, written))
        outlines, config = load_outlines(written.outline), Config()
        for run in read_runs(find_inputs([written.folder / "dicom"]), config.dicom, config.video).runs:
            traces.extend(plain.watch(run, outlines))
        first_leak_s = _first_leak_s(facts, written.truth)
        return tuple(
            _watched(drawn, run, traces, first_leak_s, written.truth / run.sop_instance_uid)
            for run in facts.runs
        )


def _watched(
    drawn: DrawnCase, facts: RunFacts, traces: list[Trace], first_leak_s: float | None, truth: Path
) -> WatchedRun:
    times_s = read_table(truth / "frames.csv").numbers("time_s")
    alarm_frames = {
        trace.observer: trace.alarm_frame
        for trace in traces
        if trace.sop_instance_uid == facts.sop_instance_uid
    }
    frames = [facts.onset_frame, *(alarm_frames[name] for name in OBSERVERS)]
    onset_s, *alarms_s = (None if frame is None else float(times_s[frame]) for frame in frames)
    return WatchedRun(
        drawn.index,
        drawn.way,
        facts.primary_deg,
        facts.secondary_deg,
        drawn.case.machine.frames_per_s,
        None if first_leak_s is None else first_leak_s - facts.start_s,
        onset_s,
        tuple(alarms_s),
    )


def _first_leak_s(facts: CaseFacts, truth: Path) -> float | None:
    """When the first frame that holds leaked cement was taken, on the case's clock."""
    found = []
    for run in facts.runs:
        table = read_table(truth / run.sop_instance_uid / "frames.csv")
        leaked = np.flatnonzero(table.numbers("leak_ul") > 0)
        if len(leaked):
            found.append(run.start_s + float(table.numbers("time_s")[leaked[0]]))
    return min(found, default=None)
