"""Stages that can be left out: each switch leaves out its stage, so that a bench can say what it buys."""

from __future__ import annotations

import numpy as np
import pytest

from leakwatch.config.imaging import EvidenceConfig, ImagingConfig, MotionConfig
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.evidence import weigh
from leakwatch.imaging.metal.watch import watch_objects
from leakwatch.imaging.motion import split_bands, start_motion, track
from leakwatch.imaging.state import CoreState, Seen

from .conftest import Recording
from .pictures import box, make_canvas, noise, texture

SHAPE = (120, 130)
CANVAS = make_canvas(rows=120, columns=130)
OPEN = np.ones(SHAPE, np.bool_)
SIGMA = 0.02


@pytest.mark.parametrize("follow", [True, False])
def test_a_bone_that_is_not_followed_is_taken_to_stand_still(follow: bool) -> None:
    config, canvas = MotionConfig(follow=follow), make_canvas(origin=(30.0, 28.0), pivot=(84.0, 77.5))
    moved = Pose(2.0, 1.0, 0.0)
    before, after = (texture((158, 160), pose, canvas.pivot, 41, (6.0, 24.0)) for pose in (Pose(), moved))
    state = start_motion(split_bands(before, canvas, config), canvas, SIGMA, 0.0)
    bone = box((canvas.rows, canvas.columns), (25, 76), (25, 86))
    state, found = track(state, split_bands(after, canvas, config), bone, canvas, SIGMA, 0.1, config)
    assert found.found
    assert state.time_s == 0.1
    expected = moved if follow else Pose()
    assert (found.pose.dx, found.pose.dy) == pytest.approx((expected.dx, expected.dy), abs=0.1)


def slid() -> tuple[np.ndarray, np.ndarray]:
    """A reference of soft edges, and what remains of it when all of it has slid half a pixel."""
    before, after = (2 * texture(SHAPE, pose, CANVAS.pivot, 6, (16.0, 40.0)) for pose in (Pose(), Pose(0.5)))
    return before, after - before + noise(SHAPE, SIGMA, 3)


def test_sliding_is_taken_away_or_not() -> None:
    reference, memory = slid()
    left = [
        weigh(memory, reference, OPEN, CANVAS, EvidenceConfig(remove_sliding=remove)).contrast.std()
        for remove in (True, False)
    ]
    assert left[0] < 0.6 * left[1]


def test_one_spread_for_the_whole_picture_or_one_for_each_place() -> None:
    reference, memory = slid()
    here, everywhere = (
        weigh(memory, reference, OPEN, CANVAS, EvidenceConfig(local_nuisance=local))
        for local in (True, False)
    )
    np.testing.assert_allclose(everywhere.sigma, everywhere.floor, rtol=1e-6)
    assert here.sigma.std() > 0


def play(recording: Recording, config: ImagingConfig) -> tuple[CoreState, Seen]:
    state = core.start(recording.run, [recording.outline()], config)
    for stored in recording.stored():
        state, _ = core.step(state, to_frame(stored, recording.run))
    assert state.seen is not None
    return state, state.seen


def imaging(**sections: object) -> ImagingConfig:
    return ImagingConfig.model_validate(sections)


@pytest.mark.parametrize("find", [True, False])
def test_objects_are_looked_for_or_not(quiet: Recording, find: bool) -> None:
    state, seen = play(quiet, imaging(objects={"find": find}))
    open_ = np.ones(seen.reference.mean.shape, np.bool_)
    hand = np.zeros(open_.shape, np.float32)
    hand[20:60, :30] = 50 * seen.noise
    after, left = watch_objects(state, seen, hand, open_, seen.noise, state.times_s[-1] + 0.1)
    assert bool(after.intruders.mask.any()) is find
    assert (after is seen and left is hand) is not find


@pytest.mark.parametrize("learned", [True, False])
def test_a_piece_is_believed_by_learned_odds_or_by_its_evidence_alone(
    leaking: Recording, learned: bool
) -> None:
    state, seen = play(leaking, imaging(alarm={"learned": learned}))
    looks = [(one.score, one.traits.evidence) for one in seen.tracks if one.seen and one.traits is not None]
    assert looks
    plain = [score == pytest.approx(evidence - state.config.cement.grow_sigma) for score, evidence in looks]
    assert all(plain) is not learned
