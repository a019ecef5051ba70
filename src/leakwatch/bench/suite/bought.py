"""What each stage buys: the same cases with and without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from leakwatch.bench.score import CaseScore, Verdict
from leakwatch.bench.suite.ablations import ABLATIONS
from leakwatch.bench.suite.curve import Point, at_rate, curve, own_point
from leakwatch.bench.suite.watched import LEAKWATCH, SuiteCase, Variant
from leakwatch.bench.survey.figures import CaseFigures, RunFigures, case_figures, run_figures, runs_of


@dataclass(frozen=True, slots=True)
class Without:
    """The compared cases without one stage, or with all of them.

    Attributes
    ----------
    stage, setting
        What was left out and by which setting; both empty for the whole program.
    won, lost
        Visible leaks that are hit only without it, and only with it.
    fell_quiet, woke
        Cases that alarm before, or without, a leak only with it, and only without it.
    replayed
        At the lowest threshold whose share of false alarms is at most that of the whole program; None where
        every threshold has more.
    """

    stage: str
    setting: str
    cases: CaseFigures
    runs: RunFigures
    won: int
    lost: int
    fell_quiet: int
    woke: int
    replayed: Point | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A case that could not be analysed, or not wholly, without a stage; the stage is empty for with all."""

    index: int
    stage: str
    error: str


@dataclass(frozen=True, slots=True)
class Bought:
    """The comparison.

    Attributes
    ----------
    compared
        Cases that were scored wholly with all stages and without each: all figures are of them.
    whole
        With all stages.
    without
        One entry for each stage, in the order of `ABLATIONS`.
    broken
        Cases left out of the comparison, and why.
    """

    compared: int
    whole: Without
    without: tuple[Without, ...]
    broken: tuple[Broken, ...]


def bought_of(cases: Sequence[SuiteCase]) -> Bought | None:
    """Compare; None where no case was analysed without a stage."""
    varied = [case for case in cases if case.variants]
    if not varied:
        return None
    tried = {variant.setting for case in varied for variant in case.variants}
    stages = [one for one in ABLATIONS if one.setting in tried]
    stage_of = {one.setting: one.stage for one in stages}
    broken = [one for case in varied for one in _broken(case, stage_of)]
    left = {one.index for one in broken}
    compared = [case for case in varied if case.record.index not in left]
    allowed = own_point(compared, LEAKWATCH).false_alarms.rate or 0.0
    return Bought(
        compared=len(compared),
        whole=_without("", "", compared, compared, allowed),
        without=tuple(
            _without(one.stage, one.setting, compared, [_as_case(c, one.setting) for c in compared], allowed)
            for one in stages
        ),
        broken=tuple(broken),
    )


def _broken(case: SuiteCase, stage_of: dict[str, str]) -> list[Broken]:
    index, found = case.record.index, []
    if case.record.error:
        found.append(Broken(index, "", case.record.error))
    known = {variant.setting: variant for variant in case.variants}
    for setting, stage in stage_of.items():
        variant = known.get(setting)
        if variant is None:
            found.append(Broken(index, stage, "was not analysed"))
        elif variant.error or variant.score is None or variant.score.verdict is Verdict.FAILED:
            found.append(Broken(index, stage, variant.error or _failure(variant)))
    return found


def _failure(variant: Variant) -> str:
    runs = variant.score.runs if variant.score else ()
    return " ".join(run.error for run in runs if run.error) or "was not scored"


def _as_case(case: SuiteCase, setting: str) -> SuiteCase:
    """Give a case as it is without a stage."""
    variant = next(one for one in case.variants if one.setting == setting)
    record = replace(case.record, score=variant.score, analyse_s=variant.analyse_s)
    return SuiteCase(record, case.leak, variant.watched)


def _without(
    stage: str, setting: str, whole: Sequence[SuiteCase], without: Sequence[SuiteCase], allowed: float
) -> Without:
    before, after = _scores(whole), _scores(without)
    hits = _changes(before, after, lambda one: one.verdict is Verdict.HIT and one.onset_s is not None)
    false = _changes(before, after, lambda one: one.verdict is Verdict.FALSE_ALARM)
    return Without(
        stage=stage,
        setting=setting,
        cases=case_figures(after),
        runs=run_figures(runs_of(after)),
        won=hits[0],
        lost=hits[1],
        fell_quiet=false[1],
        woke=false[0],
        replayed=at_rate(curve(without, LEAKWATCH), allowed),
    )


def _changes(
    before: Sequence[CaseScore], after: Sequence[CaseScore], holds: Callable[[CaseScore], bool]
) -> tuple[int, int]:
    """How many cases it holds for only after, and only before."""
    pairs = [(holds(old), holds(new)) for old, new in zip(before, after, strict=True)]
    return pairs.count((False, True)), pairs.count((True, False))


def _scores(cases: Sequence[SuiteCase]) -> list[CaseScore]:
    return [case.record.score for case in cases if case.record.score is not None]
