"""What is kept of a case of the survey: one line of JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from leakwatch.bench.score import CaseScore
from leakwatch.bench.survey.draw import Chosen


class Outcome(StrEnum):
    """How far a case came."""

    SCORED = "scored"
    IMPOSSIBLE = "impossible"
    """The simulator refused what was drawn, and says why."""
    BROKEN = "broken"
    """Simulation or analysis ended by an error of its own, or took too long."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case; `score` is there if `outcome` is scored, `error` if not."""

    index: int
    outcome: Outcome
    site: str
    way: str
    chosen: tuple[Chosen, ...]
    error: str = ""
    score: CaseScore | None = None
    simulate_s: float = 0.0
    analyse_s: float = 0.0

    def level(self, factor: str) -> str | None:
        """Give the level of a factor that this case has; None where it has not that factor."""
        return next((one.level for one in self.chosen if one.factor == factor), None)


def to_line(record: CaseRecord) -> str:
    """Write a record as one line, its end included."""
    return TypeAdapter(CaseRecord).dump_json(record).decode() + "\n"


def from_line(line: str) -> CaseRecord:
    """Read what `to_line` wrote.

    Raises
    ------
    ValueError
        It is no record.
    """
    return TypeAdapter(CaseRecord).validate_json(line)
