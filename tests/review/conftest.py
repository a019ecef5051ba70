"""Results of two planes with different frame rates, an alarm, a failed input, and hostile text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from leakwatch.config.report import ReportConfig
from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import (
    AnalysedRun,
    FrameResult,
    LeakEvent,
    Motion,
    Outline,
    Plane,
    Reason,
    Run,
    RunSummary,
    Site,
    State,
    StoredFrame,
)
from leakwatch.results.cases_json import write_cases
from leakwatch.results.events_json import write_events
from leakwatch.results.frames_csv import FramesCsv
from leakwatch.results.index_csv import IndexRow, write_index
from leakwatch.results.run_json import write_run
from leakwatch.review.spool import FrameSpool
from leakwatch.views.merge import merge_cases

SIDE = 96
BITS = 8
BLOCK = 12
BONE = np.array([[20.0, 30], [70, 30], [70, 80], [20, 80]])
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><!--"


def numbered(index: int, rng: np.random.Generator) -> NDArray[np.uint16]:
    """A 10-bit picture with its number written as a row of dark (1) and light (0) blocks along the top."""
    picture = rng.normal(500.0, 12.0, (SIDE, SIDE))
    for bit in range(BITS):
        picture[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 380.0 if index >> bit & 1 else 620.0
    return picture.astype(np.uint16)


def result_of(index: int, time_s: float, alarm: int | None, undecided: Reason = Reason.NONE) -> FrameResult:
    """Cement from frame 8; spread to the right of the bone that starts 4 frames before the alarm."""
    labels = np.zeros((SIDE, SIDE), np.uint8)
    if index >= 8:
        labels[50:60, 40:52] = 1
    onset = None if alarm is None else alarm - 4
    if onset is not None and index >= onset:
        labels[52:58, 70 : 72 + min(index - onset, 8)] = 2
    state, reason = State.CLEAR, Reason.NONE
    if undecided is not Reason.NONE:
        state, reason = State.NO_DECISION, undecided
    elif index < 4:
        state, reason = State.NO_DECISION, Reason.SETTLING
    elif alarm is not None and index >= alarm:
        state, reason = State.ALARM, Reason.LEAK
    elif onset is not None and index >= onset:
        state, reason = State.WATCH, Reason.EVIDENCE
    evidence = None if state is State.NO_DECISION else 0.4 * max(0, index - (onset if onset else index))
    motion = Motion(0.02 * index, 0.0, 0.0, 1.0)
    cement, leak = int((labels > 0).sum()), int((labels == 2).sum())
    return FrameResult(index, time_s, motion, cement, leak, state, reason, evidence, 1.5, 1.0, labels)


@pytest.fixture
def write_result(make_run: Callable[..., Run]) -> Callable[..., AnalysedRun]:
    """Write one run's folder and give what is left of it."""

    def write(
        out: Path,
        uid: str,
        *,
        frames: int = 60,
        rate: float = 7.5,
        alarm: int | None = None,
        undecided: Reason = Reason.NONE,
        config: ReportConfig | None = None,
        **changes: object,
    ) -> AnalysedRun:
        values: dict[str, object] = {"rows": SIDE, "columns": SIDE, "times_s": np.arange(frames) / rate}
        run = make_run(sop_instance_uid=uid, **(values | changes))
        outline = Outline(uid, 0, Site.VERTEBRA, "L3", BONE)
        folder = out / "runs" / uid
        folder.mkdir(parents=True)
        rng = np.random.default_rng(5)
        spool = FrameSpool(folder / "review", run, config or ReportConfig())
        results = [result_of(i, float(t), alarm, undecided) for i, t in enumerate(run.times_s)]
        with FramesCsv(folder / "frames.csv", run) as table:
            for result in results:
                table.add(result)
                spool.add(
                    StoredFrame(result.index, result.time_s, numbered(result.index, rng)), result, [BONE]
                )
        spool.close()
        analysed = AnalysedRun(
            run=run,
            outlines=(outline,),
            summary=RunSummary(_events(run, results, alarm), 0.1, 4.0, warnings=(HOSTILE,)),
            frames=frames,
            state=results[-1].state,
            first_alarm_frame=alarm,
            first_alarm_time_s=None if alarm is None else float(run.times_s[alarm]),
            undecided_frames=sum(one.state is State.NO_DECISION for one in results),
        )
        write_events(folder / "events.json", analysed)
        write_run(folder / "run.json", analysed, "0.0")
        return analysed

    return write


@pytest.fixture
def write_out(tmp_path: Path) -> Callable[..., Path]:
    """Write what belongs to the whole folder of results."""

    def write(analysed: Sequence[AnalysedRun], failures: Sequence[str] = ()) -> Path:
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        write_cases(out / "cases.json", merge_cases(analysed, ViewsConfig()), "0.0", {})
        rows = [IndexRow(one.run, one) for one in analysed]
        write_index(out / "index.csv", rows + [IndexRow(None, None, error=text) for text in failures])
        return out

    return write


@pytest.fixture
def biplane(tmp_path: Path, write_result: Callable[..., AnalysedRun], write_out: Callable[..., Path]) -> Path:
    """Plane A at 7.5 frames/s with an alarm at frame 40, B at half that rate, and one input that failed."""
    out = tmp_path / "out"
    a = write_result(out, "1.2.3", alarm=40, plane=Plane.A, partners=("1.2.4",))
    b = write_result(out, "1.2.4", frames=30, rate=3.75, plane=Plane.B, partners=("1.2.3",))
    return write_out([a, b], [HOSTILE])


def _events(run: Run, results: Sequence[FrameResult], alarm: int | None) -> tuple[LeakEvent, ...]:
    if alarm is None:
        return ()
    frames = tuple(range(alarm - 4, len(results)))
    return (
        LeakEvent(
            id=1,
            onset_frame=alarm - 4,
            onset_time_s=float(run.times_s[alarm - 4]),
            alarm_frame=alarm,
            alarm_time_s=float(run.times_s[alarm]),
            centroid_xy_px=(72.0, 54.5),
            direction_deg=0.0,
            frames=frames,
            area_px=tuple(results[frame].leak_area_px or 0 for frame in frames),
            centroids_xy_px=tuple((72.0, 54.5) for _ in frames),
            region=None,
            compartment=None,
            compartment_reason=HOSTILE,
            yeom=None,
            yeom_reason="no regions were given",
            confidence=0.8,
            evidence=1.6,
            threshold=1.5,
        ),
    )
