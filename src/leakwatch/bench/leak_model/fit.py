"""Logistic regression on the candidates, each case and kind counting alike whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.leak_model.record import CaseRecord
from leakwatch.imaging.credence import standardised

_MOSTLY = 0.3
"""A candidate of which so much is leak is one."""
_RIDGE = 1.0
_STEADY = 1e-4
"""A term that varies less says nothing, and is not blown up."""
_ROUNDS = 60
_FOLDS = 10


@dataclass(frozen=True, slots=True)
class Samples:
    """All candidates: terms (n, terms), whether they are leaks (n,), and the case they come from (n,)."""

    terms: NDArray[np.float64]
    leak: NDArray[np.bool_]
    case: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted regression; see `leakwatch.imaging.credence.LeakModel`."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    squares: NDArray[np.float64]
    constant: float

    def log_odds(self, terms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log odds (n,) of terms (n, terms)."""
        scaled = standardised(terms, self.mean, self.scale)
        return np.asarray(scaled @ self.weights + scaled**2 @ self.squares + self.constant)


def gather(records: Sequence[CaseRecord]) -> Samples:
    """Put the candidates of all cases under each other, in the order of cases, runs and candidates."""
    rows = [
        (one.terms, one.leak_share > _MOSTLY, record.index)
        for record in records
        for run in record.runs
        for one in run.candidates
    ]
    terms, leak, case = zip(*rows, strict=True)
    return Samples(np.array(terms), np.array(leak), np.array(case))


def fit(samples: Samples) -> Weights:
    """Fit by iteratively reweighted least squares with a ridge on everything but the constant.

    A candidate weighs one over the root of how many of its kind its case has: a leak that lasts says more
    than one frame, and less than as many as it has.
    """
    mean = samples.terms.mean(axis=0)
    spread = samples.terms.std(axis=0)
    scale = np.where(spread > _STEADY, spread, 1.0)
    scaled = standardised(samples.terms, mean, scale)
    design = np.column_stack([np.ones(len(scaled)), scaled, scaled**2])
    kinds, kind = np.unique(np.column_stack([samples.case, samples.leak]), axis=0, return_inverse=True)
    counts = np.bincount(kind.ravel(), minlength=len(kinds))
    importance = 1.0 / np.sqrt(counts[kind.ravel()])
    penalty = np.full(design.shape[1], _RIDGE)
    penalty[0] = 1e-9
    found = np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        probability = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (importance * (samples.leak - probability)) - penalty * found
        bend = (design * (importance * probability * (1 - probability))[:, None]).T @ design
        found = found + np.linalg.solve(bend + np.diag(penalty), slope)
    terms = samples.terms.shape[1]
    return Weights(mean, scale, found[1 : terms + 1], found[terms + 1 :], float(found[0]))


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
            rest = Samples(samples.terms[~own], samples.leak[~own], samples.case[~own])
            found[own] = fit(rest).log_odds(samples.terms[own])
    return found
