"""From the first frame on: the bone is found or not, and what is said of the frames hangs on none to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.imaging import BoneConfig, ImagingConfig
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.session import Session, after, finish, outlines_of, start, step
from leakwatch.nouns import Frame, FrameResult, Motion, Outline, Reason, Site, State
from leakwatch.outline.move import move_polygon
from leakwatch.outline.raster import mask_from_polygon

from .conftest import Recording

FINDS = ImagingConfig()

PLACE = st.floats(-50, 300)
SHIFT = st.floats(-20, 20)
TURN = st.floats(-10, 10)
MOTIONS = st.builds(Motion, SHIFT, SHIFT, TURN, st.floats(0, 1), st.tuples(PLACE, PLACE))


def moved(points: np.ndarray, motion: Motion) -> np.ndarray:
    return move_polygon(points, motion, centre_xy_px=np.array(motion.pivot_xy_px))


@given(MOTIONS, MOTIONS)
def test_joined_motions_move_as_one_after_the_other(first: Motion, then: Motion) -> None:
    points = np.array([[0.0, 0.0], [120.0, 40.0], [33.0, 250.0]])
    np.testing.assert_allclose(
        moved(points, after(first, then)), moved(moved(points, first), then), atol=1e-8
    )
    assert after(first, then).quality == then.quality


@given(MOTIONS, MOTIONS, MOTIONS)
def test_all_frames_after_turn_about_one_point(first: Motion, then: Motion, later: Motion) -> None:
    later = Motion(later.dx_px, later.dy_px, later.rotation_deg, 1.0, then.pivot_xy_px)
    assert after(first, then).pivot_xy_px == after(first, later).pivot_xy_px


def test_a_motion_about_nothing_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="pivot"):
        after(Motion(1.0, 0.0, 0.0, 1.0), Motion(1.0, 0.0, 0.0, 1.0, (0.0, 0.0)))


def play(
    recording: Recording, frames: Sequence[Frame], config: ImagingConfig
) -> tuple[list[FrameResult], Session]:
    at, rows = start(recording.run, (), config), []
    for frame in frames:
        at, row = step(at, frame)
        rows.append(row)
    return rows, at


def frames_of(recording: Recording) -> list[Frame]:
    return [to_frame(stored, recording.run) for stored in recording.stored()]


def told(row: FrameResult) -> tuple[object, ...]:
    return (
        row.index,
        row.motion,
        row.state,
        row.reason,
        row.evidence,
        row.leak_area_px,
        row.labels.tobytes(),
    )


def covered(frame: Frame) -> Frame:
    return replace(frame, valid=np.zeros_like(frame.valid))


def dice(outline: Outline, recording: Recording) -> float:
    shape = (recording.run.rows, recording.run.columns)
    one, other = (mask_from_polygon(xy, shape) for xy in (outline.polygon_xy_px, recording.silhouette_xy_px))
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def test_the_bone_is_found_on_the_first_frame_and_its_leak_with_it(leaking: Recording) -> None:
    rows, at = play(leaking, frames_of(leaking), FINDS)
    (found,) = outlines_of(at)
    assert (found.frame, found.source, found.site) == (0, "automatic", Site.VERTEBRA)
    assert dice(found, leaking) > 0.8
    assert len(found.error_mm) == len(found.polygon_xy_px)
    assert min(found.error_mm) > 0
    assert rows[-1].state is State.ALARM
    assert not any("no bone was found" in said for said in finish(at).warnings)


def test_rows_do_not_hang_on_what_comes_later(leaking: Recording) -> None:
    frames = frames_of(leaking)
    whole, _ = play(leaking, frames, FINDS)
    cut, _ = play(leaking, frames[:18], FINDS)
    assert [told(row) for row in cut] == [told(row) for row in whole[:18]]


def test_what_is_covered_at_first_is_found_later_and_motion_goes_on(leaking: Recording) -> None:
    frames = [covered(frame) if frame.index < 3 else frame for frame in frames_of(leaking)]
    rows, at = play(leaking, frames, FINDS)
    (found,) = outlines_of(at)
    assert found.frame >= 3
    assert {row.state for row in rows[: found.frame]} == {State.NO_DECISION}
    assert rows[-1].state is State.ALARM
    motions = [row.motion for row in rows[found.frame :] if row.motion is not None]
    assert len({motion.pivot_xy_px for motion in motions}) == 1


def test_given_outlines_are_taken_and_nothing_is_searched(leaking: Recording) -> None:
    at = start(leaking.run, (leaking.outline(),), FINDS)
    assert at.search is None
    assert [outline.source for outline in outlines_of(at)] == ["given"]


def test_the_search_can_be_turned_off(leaking: Recording) -> None:
    rows, at = play(leaking, frames_of(leaking)[:12], ImagingConfig(bone=BoneConfig(find=False)))
    assert outlines_of(at) == ()
    assert rows[-1].reason is Reason.NO_OUTLINE


def test_of_less_confidence_than_is_asked_nothing_is_decided_and_it_is_said_why(leaking: Recording) -> None:
    rows, at = play(leaking, frames_of(leaking), ImagingConfig(bone=BoneConfig(least_confidence=1.0)))
    assert outlines_of(at) == ()
    assert {row.state for row in rows} == {State.NO_DECISION}
    assert rows[-1].reason is Reason.NO_OUTLINE
    (said,) = [said for said in finish(at).warnings if "no bone was found" in said]
    assert "confidence" in said


def test_in_noise_there_is_no_bone(leaking: Recording) -> None:
    rng = np.random.default_rng(7)
    frames = [
        replace(frame, attenuation=rng.normal(0, 0.1, frame.attenuation.shape).astype(np.float32))
        for frame in frames_of(leaking)
    ]
    rows, at = play(leaking, frames, FINDS)
    assert outlines_of(at) == ()
    assert State.CLEAR not in {row.state for row in rows}


def test_a_fuzzy_edge_makes_a_wider_band(leaking: Recording) -> None:
    sharp = leaking.outline()
    fuzzy = replace(sharp, error_mm=(2.0,) * len(sharp.polygon_xy_px))
    plain, wide = (start(leaking.run, (outline,), FINDS).core for outline in (sharp, fuzzy))
    assert (plain.bone == wide.bone).all()
    added_px = plain.canvas.pixels(2 * 2.0 - FINDS.leak.outline_error_mm)
    far = plain.outside_px > added_px + 2
    np.testing.assert_allclose(plain.outside_px[far] - wide.outside_px[far], added_px, rtol=1e-4)
    assert not wide.outside_px[plain.outside_px < added_px - 2].any()


def test_a_leak_within_the_error_of_the_edge_is_watched_not_clear(leaking: Recording) -> None:
    fuzzy = replace(leaking.outline(), error_mm=(6.0,) * len(leaking.outline().polygon_xy_px))
    at, rows = start(leaking.run, (fuzzy,), FINDS), []
    for frame in frames_of(leaking):
        at, row = step(at, frame)
        rows.append(row)
    assert rows[-1].state is not State.CLEAR
    assert (State.WATCH, Reason.EDGE) in {(row.state, row.reason) for row in rows}
