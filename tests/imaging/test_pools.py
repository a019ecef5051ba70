"""Which dark pieces in the bone are taken for cement, and for how long."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leakwatch.imaging.credence import TERMS, Logistic
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.pools import believe_pools, believed
from leakwatch.imaging.tracks import Track
from leakwatch.imaging.traits import Surroundings, survey

from .pictures import box, make_canvas

SHAPE = (60, 60)
CANVAS = make_canvas()
BONE = box(SHAPE, (10, 50), (10, 50))
POOL = box(SHAPE, (20, 30), (20, 30))
INTERVAL_S = 1 / 7.5


def surroundings(odds: float = 0.0) -> Surroundings:
    contrast = np.zeros(SHAPE, np.float32)
    contrast[POOL] = 0.5
    evidence = Evidence(contrast, np.full(SHAPE, 0.1, np.float32), 0.02)
    everywhere = np.ones(SHAPE, np.bool_)
    learned = np.where(POOL, odds, -8.0).astype(np.float32)
    return survey(
        evidence, learned, np.ones_like(contrast), everywhere, POOL, BONE, distance_outside(BONE),
        ~everywhere, 0.0, 0.0, CANVAS,
    )  # fmt: skip


def saying(odds: float) -> Logistic:
    nothing = np.zeros(len(TERMS))
    return Logistic(nothing, nothing + 1, nothing, nothing, odds)


def after(pool: Track, odds: float, frames: int, elapsed_s: float = INTERVAL_S) -> tuple[Track, ...]:
    pools: tuple[Track, ...] = (pool,)
    for k in range(frames):
        pools = believe_pools(pools, surroundings(), saying(odds), 1.0 + k * elapsed_s, elapsed_s, CANVAS)
    return pools


def new(**changes: object) -> Track:
    return replace(Track(1, POOL, True, 1.0), **changes)  # type: ignore[arg-type]


def test_one_frame_that_speaks_for_it_is_enough_to_be_drawn() -> None:
    assert (believed(after(new(), 0.5, 1), SHAPE) == POOL).all()
    assert not believed(after(new(), -0.5, 1), SHAPE).any()


@pytest.mark.parametrize(
    ("odds", "frames", "belief"), [(0.5, 4, 2.0), (9.0, 2, 6.0), (9.0, 9, 9.0), (-9.0, 5, -3.0)]
)
def test_belief_is_a_bounded_sum(odds: float, frames: int, belief: float) -> None:
    assert after(new(), odds, frames)[0].evidence == pytest.approx(belief)


def test_what_was_doubted_first_is_believed_once_enough_speaks_for_it() -> None:
    doubted = after(new(), -9.0, 5)[0]
    assert not believed(after(doubted, 1.0, 3), SHAPE).any()
    assert believed(after(doubted, 1.0, 4), SHAPE).any()


def test_known_cement_stays_cement_while_it_is_seen() -> None:
    known = after(new(), 2.0, 3)[0]
    assert believed(after(known, -2.0, 40), SHAPE).any()
    # what was not yet known is given up
    young = after(new(), 2.0, 2)[0]
    assert not believed(after(young, -2.0, 40), SHAPE).any()


@pytest.mark.parametrize("odds", [-2.5, -0.5, 0.5, 2.5])
def test_without_a_model_the_networks_mean_is_the_weight(odds: float) -> None:
    (pool,) = believe_pools((new(),), surroundings(odds), None, 1.0, INTERVAL_S, CANVAS)
    (same,) = believe_pools((new(),), surroundings(), saying(odds), 1.0, INTERVAL_S, CANVAS)
    assert pool.evidence == pytest.approx(same.evidence) != 0


def test_a_pool_that_is_not_seen_is_forgotten() -> None:
    known = after(new(), 2.0, 3)[0]
    assert after(replace(known, seen=False), 2.0, 1)[0].evidence == pytest.approx(3.0)
    assert after(replace(known, seen=False), 2.0, 2) == ()


def test_slow_frames_count_as_the_time_they_stand_for() -> None:
    assert after(new(), 1.0, 1, 2 * INTERVAL_S)[0].evidence == pytest.approx(2.0)
    # but a gap is no evidence
    assert after(new(), 1.0, 1, 60.0)[0].evidence == pytest.approx(3.0)


def test_where_it_began_is_kept() -> None:
    first = after(new(), 1.0, 1)[0]
    assert first.born_origin_mm == 60 * CANVAS.pixel_mm
    assert after(replace(first, born_origin_mm=2.0), 1.0, 1)[0].traits is not None
    assert after(replace(first, born_origin_mm=2.0), 1.0, 1)[0].born_origin_mm == 2.0
