"""One case of the survey: simulated, analysed by the real pipeline, scored, and its files thrown away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from leakwatch import __version__
from leakwatch.bench.score import score_case
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.config import Config
from leakwatch.nouns import Run
from leakwatch.pipeline.batch import analyse_batch
from leakwatch.pipeline.request import Request, RunReport
from leakwatch.simulate.case import write_case


@dataclass(frozen=True, slots=True)
class Nobody:
    """A watcher that says nothing."""

    def planned(self, runs: Sequence[Run]) -> None:
        """Say nothing of what will be analysed."""

    def advanced(self, number: int, frames: int) -> None:
        """Say nothing of the frames done."""

    def ended(self, number: int, report: RunReport) -> None:
        """Say nothing of a run's end."""


def work_through(drawn: DrawnCase, look: Callable[[Path, Path], None] = lambda out, case: None) -> CaseRecord:
    """Simulate, analyse with the drawn outline and the default settings, and score.

    `look` is called with the folders of results and of the case before they are thrown away.
    """
    empty = CaseRecord(drawn.index, Outcome.IMPOSSIBLE, drawn.site, drawn.way, drawn.chosen)
    with TemporaryDirectory(prefix="leakwatch-survey-") as name:
        folder, start = Path(name), monotonic()
        try:
            written = write_case(drawn.case, drawn.simulation_seed, folder / "case")
        except ValueError as error:
            return replace(empty, error=str(error), simulate_s=_since(start))
        simulate_s = _since(start)
        errors, analyse_s = analyse_case(written.folder, folder / "out", Config())
        score = score_case(folder / "case", folder / "out")
        look(folder / "out", written.folder)
    return replace(
        empty,
        outcome=Outcome.SCORED,
        error=" ".join(errors),
        score=score,
        simulate_s=simulate_s,
        analyse_s=analyse_s,
    )


def analyse_case(
    folder: Path, out: Path, config: Config, *, outlined: bool = True
) -> tuple[list[str], float]:
    """Analyse a case's dicom/ as ``leakwatch analyze --outline`` does, or without outlines.

    Returns
    -------
    errors
        The sentences of inputs that failed.
    seconds
        What it took.
    """
    start = monotonic()
    request = Request(
        paths=(folder / "dicom",),
        out=out,
        outlines=(folder / "outline.json",) if outlined else (),
        config=config,
        version=__version__,
        jobs=1,
    )
    report = analyse_batch(request, Nobody())
    return [*report.failures, *(run.error for run in report.runs if run.error)], _since(start)


def _since(start: float) -> float:
    return round(monotonic() - start, 2)
