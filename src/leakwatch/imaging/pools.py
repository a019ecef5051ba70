"""Cement inside the bone: which of the dark pieces there are believed to be it.

A piece is followed and weighed as a leak is: gas over the sacrum darkens as much as thin cement does. Where
the network looks, its mean over the piece is the weight; without it, a model of the piece's traits is, for
cement begins at the needle and gas does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.credence import Logistic, log_odds
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.tracks import Track
from leakwatch.imaging.traits import Surroundings, measure

_INTERVAL_S = 1 / 7.5
_LONGEST_INTERVALS = 3.0
_MOST = 3.0  # log odds: what one interval may add or take
_ACCOUNT = 9.0  # what is kept of the sum
_KNOWN = 6.0  # whoever has got so far is cement for as long as it is seen


def believe_pools(
    pools: Sequence[Track],
    around: Surroundings,
    model: Logistic | None,
    time_s: float,
    elapsed_s: float,
    canvas: Canvas,
) -> tuple[Track, ...]:
    """Advance the belief in every pool by one frame; forget those that are neither seen nor believed.

    The belief, `evidence`, is a sum of log odds with bounds on both sides: a pool is drawn as soon as one
    frame speaks for it. Up to a point it is given up when as much speaks against it; from then on it is
    cement for as long as it can be seen, for cement does not go away, and a large old bolus looks like
    nothing that the model was fitted to.
    """
    intervals = min(elapsed_s / _INTERVAL_S, _LONGEST_INTERVALS)
    kept = []
    for pool in pools:
        after = _weigh(pool, around, model, time_s, canvas) if pool.seen else replace(pool, score=-_MOST)
        gain = float(np.clip(after.score, -_MOST, _MOST)) * intervals
        belief = float(np.clip(pool.evidence + gain, -_MOST, _ACCOUNT))
        if pool.peak >= _KNOWN and pool.seen:
            belief = max(belief, _MOST)
        if pool.seen or belief > 0:
            kept.append(replace(after, evidence=belief, peak=max(pool.peak, belief)))
    return tuple(kept)


def believed(pools: Sequence[Track], shape: tuple[int, ...]) -> Mask:
    """(rows, columns) where believed pools were last seen."""
    mask = np.zeros(shape, np.bool_)
    for pool in pools:
        if pool.evidence > 0:
            mask |= pool.footprint
    return mask


def _weigh(pool: Track, around: Surroundings, model: Logistic | None, time_s: float, canvas: Canvas) -> Track:
    age_s = time_s - pool.born_s
    traits = measure(pool.footprint, around, -1.0, age_s, 0.0, pool.born_origin_mm, canvas)
    # held to cases apart, the network's mean tells pieces better than a model of all traits did (decision 18)
    score = traits.learned if model is None else log_odds(traits, model)
    return replace(pool, score=score, traits=traits, born_reach_mm=0.0, born_origin_mm=traits.origin_mm)
