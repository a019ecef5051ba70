"""Score an analysed case against its truth, from the published output files alone.

The rules are those of the output contract: cement and leak by Dice where there is enough of them, onset at
3 mm² of visible leak, an alarm before the first leaked voxel is a false one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.tables import RunFacts, Table, label_pairs, read_case_facts, read_run_folders, read_table

ENOUGH_CEMENT_MM2 = 20.0
ENOUGH_LEAK_MM2 = 8.0
_CEMENT, _LEAK = 1, 2


class Verdict(StrEnum):
    """What became of a case."""

    HIT = "hit"
    MISSED = "missed"
    INVISIBLE = "invisible"
    """A leak that no view shows, and no alarm: neither hit nor missed."""
    QUIET = "quiet"
    FALSE_ALARM = "false alarm"
    FAILED = "failed"
    """A run of the case has no result to be scored."""


@dataclass(frozen=True, slots=True)
class ReasonShare:
    """Share of a run's frames that went undecided for one reason."""

    reason: str
    share: float


@dataclass(frozen=True, slots=True)
class RunScore:
    """One run; times on the case's clock, frames from the run's first; None where undefined.

    Attributes
    ----------
    end_s, seconds
        Time of the last frame, and from the first to the last.
    onset_s, first_leak_s, alarm_s
        First 3 mm² of visible leak, first leaked voxel whether seen or not, first alarm.
    dice_cement, dice_leak
        Means over frames with more than 20 mm² of cement and 8 mm² of leak.
    motion_p95_mm
        95th percentile over frames of the distance between stated and true displacement of the bone.
    no_decision
        Share of frames that went undecided, and the same by reason.
    error
        Why there is nothing to score; everything else is then empty.
    """

    plane: str
    primary_deg: float
    secondary_deg: float
    start_s: float
    frames: int = 0
    seconds: float = 0.0
    onset_s: float | None = None
    first_leak_s: float | None = None
    alarm_s: float | None = None
    dice_cement: float | None = None
    dice_leak: float | None = None
    motion_p95_mm: float | None = None
    no_decision: float | None = None
    reasons: tuple[ReasonShare, ...] = ()
    time_error_s: float | None = None
    latency_ms: float | None = None
    error: str = ""

    @property
    def end_s(self) -> float:
        """Time of the last frame on the case's clock."""
        return self.start_s + self.seconds


@dataclass(frozen=True, slots=True)
class CaseScore:
    """A case over all its views, in seconds on its clock; `delay_s` is alarm less onset, of hits only."""

    case: str
    leak: str | None
    verdict: Verdict
    onset_s: float | None
    first_leak_s: float | None
    alarm_s: float | None
    delay_s: float | None
    runs: tuple[RunScore, ...]


def score_case(case: Path, out: Path) -> CaseScore:
    """Score the case in the folder `case` by what an analysis wrote into `out`.

    Raises
    ------
    OSError
        Truth or index.csv cannot be read.
    """
    facts = read_case_facts(case / "truth" / "case.json")
    folders = dict(read_run_folders(out))
    runs = tuple(
        score_run(run, case / "truth" / run.sop_instance_uid, folders.get(run.sop_instance_uid))
        for run in facts.runs
    )
    return judge(facts.case, facts.leak, runs)


def judge(case: str, leak: str | None, runs: tuple[RunScore, ...]) -> CaseScore:
    """Bring the runs of a case together: the earliest onset, first leaked voxel and alarm count."""
    onset = min((run.onset_s for run in runs if run.onset_s is not None), default=None)
    first = min((run.first_leak_s for run in runs if run.first_leak_s is not None), default=None)
    alarm = min((run.alarm_s for run in runs if run.alarm_s is not None), default=None)
    delay = None
    if any(run.error for run in runs):
        verdict = Verdict.FAILED
    elif first is None:
        verdict = Verdict.QUIET if alarm is None else Verdict.FALSE_ALARM
    elif alarm is None:
        verdict = Verdict.INVISIBLE if onset is None else Verdict.MISSED
    elif alarm < first:
        verdict = Verdict.FALSE_ALARM
    else:
        verdict = Verdict.HIT
        delay = None if onset is None else alarm - onset
    return CaseScore(case, leak, verdict, onset, first, alarm, delay, runs)


def score_run(facts: RunFacts, truth: Path, result: Path | None) -> RunScore:
    """Score one run; `truth` and `result` each hold frames.csv and labels.tif."""
    if result is None:
        return _unscored(facts, "not analysed")
    try:
        true, stated = read_table(truth / "frames.csv"), read_table(result / "frames.csv")
    except OSError as error:
        return _unscored(facts, f"no table of frames ({error.__class__.__name__})")
    if len(true) != len(stated):
        return _unscored(facts, f"{len(stated)} rows for {len(true)} frames")
    try:
        dice_cement, dice_leak = _dice_means(true, truth / "labels.tif", result / "labels.tif")
    except (OSError, ValueError) as error:
        return _unscored(facts, str(error))
    states = stated.text("state")
    clock_s = facts.start_s + true.numbers("time_s")
    return RunScore(
        facts.plane,
        facts.primary_deg,
        facts.secondary_deg,
        facts.start_s,
        frames=len(true),
        seconds=float(clock_s[-1] - facts.start_s),
        onset_s=None if facts.onset_frame is None else float(clock_s[facts.onset_frame]),
        first_leak_s=_first(clock_s, true.numbers("leak_ul") > 0),
        alarm_s=_first(clock_s, np.array(states) == "alarm"),
        dice_cement=dice_cement,
        dice_leak=dice_leak,
        motion_p95_mm=_motion_p95_mm(true, stated),
        no_decision=states.count("no_decision") / len(states),
        reasons=_reasons(states, stated.text("reason")),
        time_error_s=float(np.abs(stated.numbers("time_s") - true.numbers("time_s")).max()),
        latency_ms=_median(stated.numbers("latency_ms")),
    )


def _unscored(facts: RunFacts, error: str) -> RunScore:
    return RunScore(facts.plane, facts.primary_deg, facts.secondary_deg, facts.start_s, error=error)


def _first(clock_s: NDArray[np.float64], holds: NDArray[np.bool_]) -> float | None:
    where = np.flatnonzero(holds)
    return float(clock_s[where[0]]) if len(where) else None


def _dice_means(true: Table, truth: Path, result: Path) -> tuple[float | None, float | None]:
    """Mean Dice of cement and of leak over the frames that have enough of it, a page at a time."""
    has_cement = true.numbers("cement_area_mm2") > ENOUGH_CEMENT_MM2
    has_leak = true.numbers("leak_area_mm2") > ENOUGH_LEAK_MM2
    cement: list[float] = []
    leak: list[float] = []
    pages = 0
    for index, (known, found) in enumerate(label_pairs((truth, result))):
        pages += 1
        if index >= len(true):
            break
        if has_cement[index]:
            cement.append(dice(known >= _CEMENT, found >= _CEMENT))
        if has_leak[index]:
            leak.append(dice(known == _LEAK, found == _LEAK))
    if pages != len(true):
        msg = f"labels have {'more' if pages > len(true) else 'fewer'} pages than {len(true)} frames"
        raise ValueError(msg)
    return _mean(cement), _mean(leak)


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Twice what both hold over what each holds; 0 where neither holds anything."""
    held = int(np.count_nonzero(one)) + int(np.count_nonzero(other))
    return 2.0 * int(np.count_nonzero(one & other)) / max(1, held)


def _motion_p95_mm(true: Table, stated: Table) -> float | None:
    off = np.hypot(
        stated.numbers("dx_mm") - true.numbers("dx_mm"), stated.numbers("dy_mm") - true.numbers("dy_mm")
    )
    known = off[np.isfinite(off)]
    return float(np.percentile(known, 95)) if len(known) else None


def _reasons(states: tuple[str, ...], reasons: tuple[str, ...]) -> tuple[ReasonShare, ...]:
    undecided = [why for state, why in zip(states, reasons, strict=True) if state == "no_decision"]
    return tuple(ReasonShare(why, undecided.count(why) / len(states)) for why in sorted(set(undecided)))


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _median(values: NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None
