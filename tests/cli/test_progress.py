import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from leakwatch.cli.closing import verdict
from leakwatch.cli.guard import ExitCode, guard
from leakwatch.cli.progress import _Bar, watcher
from leakwatch.errors import InputError, NothingToAnalyse, OutlineError
from leakwatch.nouns import AnalysedRun, LeakEvent, Run, RunSummary, State
from leakwatch.pipeline.request import RunReport


def test_lines_where_there_is_no_terminal(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = make_run()
    with watcher(quiet=False) as watching:
        watching.planned([run, run])
        watching.advanced(0, 4)
        watching.ended(0, RunReport(run, make_analysed(run), ""))
        watching.ended(1, RunReport(run, None, "broken"))
    out, err = capsys.readouterr()
    first, second, third = err.splitlines()
    assert out == ""
    assert first == "20 frames in 2 runs"
    assert second.startswith("1 of 2 runs: run.dcm done, ")
    assert third.startswith("2 of 2 runs: run.dcm failed, ")


def test_quiet_is_silent(make_run: Callable[..., Run], capsys: pytest.CaptureFixture[str]) -> None:
    with watcher(quiet=True) as watching:
        watching.planned([make_run()])
        watching.advanced(0, 4)
        watching.ended(0, RunReport(make_run(), None, "broken"))
    assert capsys.readouterr() == ("", "")


def test_bar_counts_frames_of_all_runs(make_run: Callable[..., Run]) -> None:
    run = make_run()
    bar = Progress(console=Console(file=io.StringIO()))
    watching = _Bar(bar)
    watching.planned([run, run])
    watching.advanced(0, 4)
    watching.advanced(1, 3)
    assert (bar.tasks[0].completed, bar.tasks[0].total) == (7, 20)
    watching.ended(1, RunReport(run, None, "broken"))
    assert bar.tasks[0].completed == 14
    assert bar.tasks[0].description == "1 of 2 runs"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"state": State.CLEAR, "undecided_frames": 2}, "no leak seen (10 frames, 2 undecided)"),
        ({"state": State.NO_DECISION}, "no decision (10 frames, 0 undecided)"),
        (
            {"state": State.WATCH},
            "no alarm, but something dark lay outside the bone at the end (10 frames, 0 undecided)",
        ),
        ({"frames": 4}, "no leak seen (broke after 4 of 10 frames, 0 undecided)"),
        (
            {"state": State.ALARM, "first_alarm_frame": 6, "first_alarm_time_s": 0.8},
            "ALARM at frame 6, 0.80 s, 0 leaks (10 frames, 0 undecided)",
        ),
    ],
)
def test_verdict(make_analysed: Callable[..., AnalysedRun], changes: dict[str, object], says: str) -> None:
    analysed = make_analysed(**changes)
    assert verdict(RunReport(analysed.run, analysed, "")) == says


def test_verdict_counts_leaks(
    make_analysed: Callable[..., AnalysedRun], make_event: Callable[..., LeakEvent]
) -> None:
    analysed = make_analysed(
        summary=RunSummary((make_event(),)),
        state=State.ALARM,
        first_alarm_frame=6,
        first_alarm_time_s=0.8,
    )
    assert "1 leak (" in verdict(RunReport(analysed.run, analysed, ""))


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (InputError("a.dcm: is broken"), ExitCode.SOME_FAILED, "a.dcm: is broken"),
        (OutlineError("o.json: is broken"), ExitCode.USAGE, "o.json: is broken"),
        (NothingToAnalyse("x: no run"), ExitCode.NOTHING, "x: no run"),
        (
            OSError(28, "No space left on device", "out/index.csv"),
            ExitCode.SOME_FAILED,
            "out/index.csv: No space",
        ),
        (KeyError("k"), ExitCode.BUG, "KeyError('k')"),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted"),
    ],
)
def test_every_error_is_a_sentence_and_a_code(
    error: BaseException, code: ExitCode, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught, guard(debug=False):
        raise error
    assert caught.value.code == code
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("leakwatch: error: ")
    assert says in line


def test_paths_are_shown_as_given(make_run: Callable[..., Run]) -> None:
    from leakwatch.cli.closing import name
    from leakwatch.nouns import Plane

    assert name(make_run(paths=(Path("a/b.dcm"),))) == "a/b.dcm"
    assert name(make_run(plane=Plane.B)) == "run.dcm (plane B)"
