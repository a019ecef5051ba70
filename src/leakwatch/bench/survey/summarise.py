"""From the records of a survey to its figures, over all and level by level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leakwatch.bench.score import CaseScore, RunScore
from leakwatch.bench.survey.factors import FACTORS
from leakwatch.bench.survey.figures import CaseFigures, RunFigures, case_figures, run_figures, runs_of
from leakwatch.bench.survey.record import CaseRecord, Outcome


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that have one level of a factor."""

    label: str
    cases: CaseFigures
    runs: RunFigures


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All levels of one factor, in the table's order."""

    factor: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class View:
    """All runs seen from one side."""

    label: str
    runs: RunFigures


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why cases could not be scored, and which."""

    outcome: Outcome
    error: str
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole survey; `simulate_s` and `analyse_s` are means of a case, `film_minutes` all runs together."""

    seed: int
    drawn: int
    scored: int
    film_minutes: float
    simulate_s: float
    analyse_s: float
    total: Group
    breakdowns: tuple[Breakdown, ...]
    views: tuple[View, ...]
    refusals: tuple[Refusal, ...]
    delays_s: tuple[float, ...]
    """Of every hit, in order."""


def summarise(records: Sequence[CaseRecord], seed: int) -> Summary:
    """Bring all records together."""
    scored = [record for record in records if record.score is not None]
    scores = [record.score for record in scored if record.score is not None]
    count = max(1, len(scored))
    return Summary(
        seed=seed,
        drawn=len(records),
        scored=len(scored),
        film_minutes=sum(run.run.seconds for run in runs_of(scores)) / 60,
        simulate_s=sum(record.simulate_s for record in scored) / count,
        analyse_s=sum(record.analyse_s for record in scored) / count,
        total=_group("all", scores),
        breakdowns=(
            _breakdown("leak", scored, lambda record: record.way or None),
            _breakdown("bone", scored, lambda record: record.site),
            *(_breakdown(factor.name, scored, _level_of(factor.name)) for factor in FACTORS),
        ),
        views=_views(scores),
        refusals=_refusals(records),
        delays_s=tuple(sorted(one.delay_s for one in scores if one.delay_s is not None)),
    )


def _level_of(factor: str) -> Callable[[CaseRecord], str | None]:
    return lambda record: record.level(factor)


def _breakdown(
    factor: str, records: Sequence[CaseRecord], label_of: Callable[[CaseRecord], str | None]
) -> Breakdown:
    by_label: dict[str, list[CaseScore]] = {}
    for record in records:
        label = label_of(record)
        if label is not None and record.score is not None:
            by_label.setdefault(label, []).append(record.score)
    table = [level.label for one in FACTORS if one.name == factor for level in one.levels]
    order = sorted(by_label, key=lambda label: (table.index(label) if label in table else 0, label))
    return Breakdown(factor, tuple(_group(label, by_label[label]) for label in order))


def _group(label: str, scores: Sequence[CaseScore]) -> Group:
    return Group(label, case_figures(scores), run_figures(runs_of(scores)))


def _views(scores: Sequence[CaseScore]) -> tuple[View, ...]:
    runs = runs_of(scores)
    labels = ("AP", "lateral", "oblique")
    return tuple(
        View(label, run_figures([one for one in runs if view_name(one.run) == label])) for label in labels
    )


def view_name(run: RunScore) -> str:
    """Say from which side a run looks: AP, lateral, or oblique for anything between."""
    if run.secondary_deg == 0 and run.primary_deg in (0.0, 90.0):
        return "lateral" if run.primary_deg else "AP"
    return "oblique"


def _refusals(records: Sequence[CaseRecord]) -> tuple[Refusal, ...]:
    """Say why cases went unscored, or were scored with a run missing; the most frequent reason first."""
    told = [record for record in records if record.error]
    counted = Counter((record.outcome, record.error) for record in told)
    return tuple(
        Refusal(
            outcome,
            error,
            tuple(record.index for record in told if (record.outcome, record.error) == (outcome, error)),
        )
        for (outcome, error), _ in counted.most_common()
    )
