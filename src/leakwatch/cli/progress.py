"""How far the batch is: a bar on a terminal, plain lines elsewhere; always on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from leakwatch.cli.closing import name
from leakwatch.nouns import Run
from leakwatch.pipeline.request import RunReport, Watcher

_LINE_EVERY_S = 10.0


@contextmanager
def watcher(*, quiet: bool) -> Iterator[Watcher]:
    """Give the watcher that fits where stderr goes."""
    console = Console(stderr=True)
    if quiet:
        yield _Silent()
    elif console.is_terminal:
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("frames  {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        with bar:
            yield _Bar(bar)
    else:
        yield _Lines()


class _Silent:
    def planned(self, runs: Sequence[Run]) -> None:
        pass

    def advanced(self, number: int, frames: int) -> None:
        pass

    def ended(self, number: int, report: RunReport) -> None:
        pass


class _Counting:
    """Frames and runs done so far, over the whole batch."""

    def planned(self, runs: Sequence[Run]) -> None:
        self.total_runs = len(runs)
        self.total_frames = sum(run.frames for run in runs)
        self.run_frames = [0] * len(runs)
        self.runs_done = 0
        self.begin_s = monotonic()

    def advanced(self, number: int, frames: int) -> None:
        self.run_frames[number] = frames

    def ended(self, number: int, report: RunReport) -> None:
        # A failed run asks for no more work either.
        self.run_frames[number] = report.run.frames
        self.runs_done += 1

    @property
    def frames_done(self) -> int:
        return sum(self.run_frames)

    @property
    def rate(self) -> str:
        return f"{self.frames_done / max(monotonic() - self.begin_s, 1e-3):.1f} frames/s"


class _Bar(_Counting):
    def __init__(self, bar: Progress) -> None:
        self._bar = bar

    def planned(self, runs: Sequence[Run]) -> None:
        super().planned(runs)
        self._task = self._bar.add_task(self._title(), total=self.total_frames, rate="")

    def advanced(self, number: int, frames: int) -> None:
        super().advanced(number, frames)
        self._show()

    def ended(self, number: int, report: RunReport) -> None:
        super().ended(number, report)
        self._show()

    def _show(self) -> None:
        self._bar.update(self._task, completed=self.frames_done, description=self._title(), rate=self.rate)

    def _title(self) -> str:
        return f"{self.runs_done} of {self.total_runs} runs"


class _Lines(_Counting):
    def planned(self, runs: Sequence[Run]) -> None:
        super().planned(runs)
        self._last_s = self.begin_s
        _say(f"{self.total_frames} frames in {self.total_runs} {'run' if self.total_runs == 1 else 'runs'}")

    def advanced(self, number: int, frames: int) -> None:
        super().advanced(number, frames)
        if monotonic() - self._last_s >= _LINE_EVERY_S:
            self._last_s = monotonic()
            _say(f"{self.frames_done} of {self.total_frames} frames, {self.rate}")

    def ended(self, number: int, report: RunReport) -> None:
        super().ended(number, report)
        outcome = "failed" if report.analysed is None else "done"
        _say(f"{self.runs_done} of {self.total_runs} runs: {name(report.run)} {outcome}, {self.rate}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
