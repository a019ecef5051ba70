from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.events import describe_leaks
from leakwatch.imaging.tracks import Piece, Track
from leakwatch.nouns import LeakEvent, LeakKind, Outline, Region, Site

from .pictures import make_canvas

# canvas pixel (0, 0) is stored pixel (24.5, 18.5), the pivot canvas (54, 49.5)
CANVAS = make_canvas(binning=2)
TIMES_S = np.arange(10) / 7.5
STILL = [Pose()] * 10
THRESHOLD = 1.5
HISTORY = tuple(Piece(frame, 10 * frame, (70.0 + frame, 49.5)) for frame in range(3, 9))
LEAK = Track(
    5,
    np.zeros((100, 110), np.bool_),
    True,
    3 / 7.5,
    score=1.0,
    evidence=2.0,
    peak=4.5,
    alarm_frame=6,
    alarm_evidence=1.7,
    history=HISTORY,
)
# a box of 40 canvas pixels around the pivot, which is stored pixel (132.5, 117.5)
BOX = np.array([132.5, 117.5]) + 40 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
BONE = Outline("1.2.3", 0, Site.VERTEBRA, "L3", BOX)


def described(
    tracks: tuple[Track, ...] = (LEAK,),
    poses: list[Pose] = STILL,
    outlines: tuple[tuple[Outline, Pose], ...] = ((BONE, Pose()),),
) -> tuple[LeakEvent, ...]:
    return describe_leaks(tracks, TIMES_S, poses, outlines, CANVAS, THRESHOLD)


def test_leak_is_told_from_its_track() -> None:
    (event,) = described()
    assert (event.id, event.onset_frame, event.alarm_frame) == (1, 3, 6)
    assert (event.onset_time_s, event.alarm_time_s) == pytest.approx((3 / 7.5, 6 / 7.5))
    assert (event.evidence, event.threshold) == (1.7, 1.5)
    assert event.frames == (3, 4, 5, 6, 7, 8)
    # stored pixels are four to a working pixel
    assert event.area_px == (120, 160, 200, 240, 280, 320)
    # 4.5 over 4.5 + 1.5
    assert event.confidence == pytest.approx(0.75)


def test_what_travelled_is_an_embolus() -> None:
    (event,) = described()
    assert event.kind is LeakKind.SPREAD
    (event,) = described((replace(LEAK, travelled=True),))
    assert event.kind is LeakKind.EMBOLUS


def test_place_is_in_stored_pixels_of_the_alarm_frame() -> None:
    poses = [Pose(0.5 * k, -0.25 * k) for k in range(10)]
    (event,) = described(poses=poses)
    # canvas (76, 49.5) at frame 6, moved by (3, -1.5) working pixels
    assert event.centroid_xy_px == pytest.approx((2 * (12 + 76 + 3) + 0.5, 2 * (9 + 49.5 - 1.5) + 0.5))
    assert event.centroids_xy_px[3] == event.centroid_xy_px
    assert event.centroids_xy_px[0] == pytest.approx((2 * (12 + 73 + 1.5) + 0.5, 2 * (9 + 49.5 - 0.75) + 0.5))


def test_at_rest_it_is_where_a_still_bone_would_have_it() -> None:
    moving = [Pose(0.4 * frame, -0.3 * frame, 0.002 * frame) for frame in range(10)]
    (still,), (moved,) = described(), described(poses=moving)
    assert still.at_rest_xy_px == pytest.approx(np.array(still.centroids_xy_px))
    assert moved.at_rest_xy_px == still.at_rest_xy_px
    assert moved.centroids_xy_px != still.centroids_xy_px


def test_leak_not_seen_on_the_alarm_frame_is_where_it_was_last() -> None:
    history = (*HISTORY[:2], *HISTORY[4:])
    (event,) = described((replace(LEAK, history=history),))
    assert event.centroid_xy_px[0] == pytest.approx(2 * (12 + 74) + 0.5)


@pytest.mark.parametrize(
    ("centroid", "degrees"), [((80.0, 49.5), 0.0), ((54.0, 70.0), 90.0), ((44.0, 39.5), -135.0)]
)
def test_direction_is_from_the_bones_centre(centroid: tuple[float, float], degrees: float) -> None:
    track = replace(LEAK, history=(Piece(6, 10, centroid),))
    assert described((track,))[0].direction_deg == pytest.approx(degrees)


def test_leaks_are_numbered_in_order_of_alarm() -> None:
    tracks = (
        replace(LEAK, id=1, alarm_frame=None),
        replace(LEAK, id=2, alarm_frame=8),
        replace(LEAK, id=3, alarm_frame=6),
        replace(LEAK, id=4, alarm_frame=6),
    )
    events = described(tracks)
    assert [(event.id, event.alarm_frame) for event in events] == [(1, 6), (2, 6), (3, 8)]


def test_direction_is_from_the_nearest_bone() -> None:
    above = replace(BONE, polygon_xy_px=BOX - np.array([0.0, 100.0]))
    track = replace(LEAK, history=(Piece(6, 10, (80.0, 49.5)),))
    for bones in ((above, BONE), (BONE, above)):
        (event,) = described((track,), outlines=tuple((bone, Pose()) for bone in bones))
        assert event.direction_deg == pytest.approx(0.0, abs=1.0)


def test_region_names_where_it_went() -> None:
    # stored pixel (176.5, 117.5) is where the leak was on the alarm frame
    here = np.array([[160.0, 100], [190, 100], [190, 130], [160, 130]])
    regions = (Region("disc_superior", here - np.array([0, 90])), Region("canal", here))
    (event,) = described(outlines=((replace(BONE, regions=regions), Pose()),))
    assert (event.region, event.compartment, event.compartment_reason) == ("canal", "canal", "")
    assert event.yeom is None
    assert event.yeom_reason


def test_region_moves_with_the_bone_it_was_drawn_on() -> None:
    here = np.array([[160.0, 100], [190, 100], [190, 130], [160, 130]])
    outline = replace(BONE, frame=4, regions=(Region("canal", here + np.array([40.0, 0])),))
    assert described(outlines=((outline, Pose(20.0, 0.0)),))[0].region == "canal"
    assert described(outlines=((outline, Pose()),))[0].region is None


def test_without_a_region_it_says_why_not() -> None:
    (event,) = described()
    assert (event.region, event.compartment) == (None, None)
    assert event.compartment_reason
