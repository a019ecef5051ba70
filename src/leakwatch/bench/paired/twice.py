"""One case, simulated once and analysed twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from leakwatch.bench.score import CaseScore, score_case
from leakwatch.bench.survey.draw import DrawnCase, draw
from leakwatch.bench.survey.from_ct import has_vertebra, in_a_ct
from leakwatch.bench.survey.one_case import analyse_case, work_through
from leakwatch.bench.survey.returning import in_two_runs
from leakwatch.config import Config
from leakwatch.simulate.config.anatomy import CtSection


@dataclass(frozen=True, slots=True)
class Cases:
    """Which cases are drawn: of a seed, in two runs of one view if `returning`, with `patients` from CTs."""

    seed: int
    returning: bool = False
    patients: tuple[CtSection, ...] = ()

    def indices(self, drawn: int) -> Iterator[int]:
        """Give those of the first `drawn` cases of the survey that these are."""
        return (index for index in range(drawn) if not self.patients or has_vertebra(draw(index, self.seed)))

    def draw(self, index: int) -> DrawnCase:
        """Draw one of them."""
        drawn = draw(index, self.seed)
        if self.patients:
            drawn = in_a_ct(drawn, self.patients, self.seed)
        return in_two_runs(drawn, self.seed) if self.returning else drawn


@dataclass(frozen=True, slots=True)
class Trial:
    """What the second analysis is given: other settings, or no outline."""

    config: Config
    outlined: bool = True


@dataclass(frozen=True, slots=True)
class Twice:
    """A case scored with the defaults and drawn outlines, and as on trial; both None, and why, if not."""

    index: int
    default: CaseScore | None
    other: CaseScore | None
    error: str = ""


def score_twice(index: int, cases: Cases, trial: Trial) -> Twice:
    """Simulate a case, and analyse it both ways."""
    scores: list[CaseScore] = []
    said: list[str] = []

    def again(out: Path, case: Path) -> None:
        errors, _ = analyse_case(case, out.with_name("other"), trial.config, outlined=trial.outlined)
        said.extend(errors)
        scores.append(score_case(case, out.with_name("other")))

    record = work_through(cases.draw(index), again)
    if error := " ".join([record.error, *said]).strip():
        return Twice(index, None, None, error)
    return Twice(index, record.score, scores[0])


def to_line(one: Twice) -> str:
    """Write a record as one line, without its end."""
    return TypeAdapter(Twice).dump_json(one).decode()


def from_line(line: str) -> Twice:
    """Read what `to_line` wrote."""
    return TypeAdapter(Twice).validate_json(line)
