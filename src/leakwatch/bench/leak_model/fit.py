"""Logistic regression on the candidates, each case and kind counting alike whatever its length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.leak_model.record import Candidate, CaseRecord
from leakwatch.imaging.credence import Logistic, standardised

_MOSTLY = 0.3
"""A candidate of which so much is true is true."""
_RIDGE = 1.0
_STEADY = 1e-4
"""A term that varies less says nothing, and is not blown up."""
_ROUNDS = 60
_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Samples:
    """Candidates: terms (n, terms), whether they are what they may be (n,), and their case (n,)."""

    terms: NDArray[np.float64]
    true: NDArray[np.bool_]
    case: NDArray[np.int64]


def gather_leaks(records: Sequence[CaseRecord]) -> Samples:
    """Put the leak candidates of all cases under each other, in the order of cases, runs and candidates."""
    return _gather((record.index, run.candidates) for record in records for run in record.runs)


def gather_pools(records: Sequence[CaseRecord]) -> Samples:
    """Do the same for what may be cement inside the bone."""
    return _gather((record.index, run.pools) for record in records for run in record.runs)


def log_odds_of(terms: NDArray[np.float64], model: Logistic) -> NDArray[np.float64]:
    """Log odds (n,) of terms (n, terms)."""
    scaled = standardised(terms, model.mean, model.scale)
    return np.asarray(scaled @ model.weights + scaled**2 @ model.squares + model.constant)


def _gather(found: Iterable[tuple[int, tuple[Candidate, ...]]]) -> Samples:
    rows = [(one.terms, one.share > _MOSTLY, index) for index, candidates in found for one in candidates]
    terms, true, case = zip(*rows, strict=True)
    return Samples(np.array(terms), np.array(true), np.array(case))


def fit(samples: Samples) -> Logistic:
    """Fit by iteratively reweighted least squares with a ridge on everything but the constant.

    A candidate weighs one over the root of how many of its kind its case has: a leak that lasts says more
    than one frame, and less than as many as it has.
    """
    mean = samples.terms.mean(axis=0)
    spread = samples.terms.std(axis=0)
    scale = np.where(spread > _STEADY, spread, 1.0)
    scaled = standardised(samples.terms, mean, scale)
    design = np.column_stack([np.ones(len(scaled)), scaled, scaled**2])
    kinds, kind = np.unique(np.column_stack([samples.case, samples.true]), axis=0, return_inverse=True)
    counts = np.bincount(kind.ravel(), minlength=len(kinds))
    importance = 1.0 / np.sqrt(counts[kind.ravel()])
    penalty = np.full(design.shape[1], _RIDGE)
    penalty[0] = 1e-9
    found = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        probability = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (importance * (samples.true - probability)) - penalty * found
        bend = (design * (importance * probability * (1 - probability))[:, None]).T @ design
        found = found + np.linalg.solve(bend + np.diag(penalty), slope)
    terms = samples.terms.shape[1]
    return Logistic(mean, scale, found[1 : terms + 1], found[terms + 1 :], float(found[0]))


def held_out(samples: Samples, seed: int) -> NDArray[np.float64]:
    """Log odds (n,) of each candidate by a model that has not seen its case."""
    cases = np.unique(samples.case)
    order = np.random.default_rng(seed).permutation(len(cases))
    fold_of = dict(zip(cases[order].tolist(), (np.arange(len(cases)) % _FOLDS).tolist(), strict=True))
    fold = np.array([fold_of[case] for case in samples.case.tolist()])
    found = np.zeros(len(fold))
    for number in range(_FOLDS):
        own = fold == number
        if own.any():
            rest = Samples(samples.terms[~own], samples.true[~own], samples.case[~own])
            found[own] = log_odds_of(samples.terms[own], fit(rest))
    return found
