"""Runs kept as one file per frame; the rule is the docstring of `leakwatch.dicom.series`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.dicom.frames import DicomFrames
from leakwatch.dicom.member import Member
from leakwatch.dicom.series import form_runs
from leakwatch.dicom.series_order import order_frames, place_in_series
from leakwatch.source.runs import Fate, read_runs

CONFIG = DicomConfig()
START = datetime(2026, 1, 1, 12)
PERIOD_S = 0.125


def stamp(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%H%M%S.%f")


@pytest.fixture
def write_single(write_xa):
    """Write frame `number` of a series: 8 x 8 pixels of that value, acquired every 125 ms."""

    def write(number, name=None, **elements):
        header = {
            "SOPInstanceUID": f"2.25.9{number:05d}",
            "SeriesInstanceUID": "2.25.3",
            "NumberOfFrames": None,
            "FrameIncrementPointer": None,
            "FrameTime": None,
            "AcquisitionNumber": 1,
            "InstanceNumber": number + 1,
            "AcquisitionDate": "20260101",
            "AcquisitionTime": stamp(number * PERIOD_S),
        }
        pixels = np.full((1, 8, 8), number, np.uint16)
        return write_xa(pixels, name or f"in/{number:04d}", bits_stored=12, **(header | elements))

    return write


def read(folder, config=CONFIG):
    return read_runs(find_inputs([folder]), config, VideoConfig())


def values(run):
    with DicomFrames(run) as frames:
        return [int(frame.pixels[0, 0]) for frame in frames]


def test_files_of_one_series_are_one_run(write_single, tmp_path):
    names = ["c", "a", "e", "b", "d"]
    for number, name in enumerate(names):
        write_single(number, f"in/{name}", KVP=str(70 + number))
    reading = read(tmp_path / "in")
    assert reading.rest == ()
    (run,) = reading.runs
    assert [path.name for path in run.paths] == names
    assert run.sop_instance_uid == "2.25.900000"
    assert values(run) == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(run.times_s, np.arange(5) * PERIOD_S)
    assert run.start == START
    np.testing.assert_array_equal(run.per_frame.kvp, [70, 71, 72, 73, 74])
    assert run.warnings == (
        "the run is 5 single-frame files of one series, in the order of Acquisition Time (0008,0032)",
        "frame times are taken from Acquisition Time (0008,0032) of each file",
    )


def test_frames_can_be_asked_for_in_any_order(write_single, tmp_path):
    for number in range(6):
        write_single(number)
    (run,) = read(tmp_path / "in").runs
    with DicomFrames(run) as frames:
        assert [int(frames[index].pixels[0, 0]) for index in (5, 0, 3, 3, 1)] == [5, 0, 3, 3, 1]


APART = {
    "acquisition": {"AcquisitionNumber": 2},
    "series": {"SeriesInstanceUID": "2.25.4"},
    "plane": {"ImageType": ["ORIGINAL", "PRIMARY", "BIPLANE B"]},
    "view": {"PositionerPrimaryAngle": "90"},
    "intensity": {"PixelIntensityRelationship": "LOG"},
    "shown inverted": {"PhotometricInterpretation": "MONOCHROME1"},
    "derived": {"ImageType": ["DERIVED", "PRIMARY", "SINGLE PLANE"]},
    "bits": {"BitsStored": 10, "HighBit": 9},
}


@pytest.mark.parametrize("what", APART)
def test_what_differs_is_another_run(write_single, tmp_path, what):
    for number in range(3):
        write_single(number)
        write_single(10 + number, **APART[what])
    reading = read(tmp_path / "in")
    assert [values(run) for run in reading.runs] == [[0, 1, 2], [10, 11, 12]]


def test_angle_that_trembles_is_one_view(write_single, tmp_path):
    for number in range(4):
        write_single(number, PositionerPrimaryAngle=str(29.5 + 0.3 * (number % 2)))
    (run,) = read(tmp_path / "in").runs
    np.testing.assert_allclose(run.per_frame.primary_deg, [29.5, 29.8, 29.5, 29.8])


def test_arm_that_turns_makes_one_run_and_a_warning(write_single, tmp_path):
    # far from the first picture's angle, but never far from the next one's; and another view for itself
    for number in range(8):
        write_single(number, PositionerPrimaryAngle=str(1.5 * number), PositionerSecondaryAngle="1")
        write_single(number + 8, PositionerPrimaryAngle="90", PositionerSecondaryAngle="1")
    turning, lateral = read(tmp_path / "in").runs
    assert (turning.frames, lateral.frames) == (8, 8)
    assert any("the arm turns by up to 10.5 deg" in warning for warning in turning.warnings)
    assert not any("turns" in warning for warning in lateral.warnings)


def test_acquisition_number_of_every_picture_alone_splits_nothing(write_single, tmp_path):
    for number in range(4):
        write_single(number, AcquisitionNumber=number)
    assert [run.frames for run in read(tmp_path / "in").runs] == [4]


def test_other_order_that_contradicts_is_said(write_single, tmp_path):
    for number in range(5):
        write_single(number, InstanceNumber=5 - number)
    (run,) = read(tmp_path / "in").runs
    assert values(run) == [0, 1, 2, 3, 4]
    assert any(
        "Instance Number (0020,0013) steps back 4 times in the order of Acquisition Time" in warning
        for warning in run.warnings
    )


def test_instance_number_orders_where_times_do_not(write_single, tmp_path):
    for number in range(5):
        write_single(number, f"in/{9 - number}", AcquisitionTime=None, FrameTime="100")
    (run,) = read(tmp_path / "in").runs
    assert values(run) == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(run.times_s, np.arange(5) * 0.1)
    assert any("in the order of Instance Number" in warning for warning in run.warnings)


@pytest.mark.parametrize(
    ("clock", "keyword"),
    [
        (lambda i: {"ContentDate": "20260101", "ContentTime": stamp(0.2 * i)}, "Content Time (0008,0033)"),
        (lambda i: {"FrameReferenceTime": str(200 * i)}, "Frame Reference Time (0054,1300)"),
        (lambda i: {"TriggerTime": str(200 * i)}, "Trigger Time (0018,1060)"),
    ],
)
def test_time_is_taken_from_what_goes_on(write_single, tmp_path, clock, keyword):
    for number in range(4):
        write_single(number, AcquisitionTime=stamp(0), **clock(number))
    (run,) = read(tmp_path / "in").runs
    np.testing.assert_allclose(run.times_s, np.arange(4) * 0.2)
    assert any(f"frame times are taken from {keyword}" in warning for warning in run.warnings)


def test_pedal_gap_is_kept(write_single, tmp_path):
    for number in range(6):
        write_single(number, AcquisitionTime=stamp(number * PERIOD_S + (9.5 if number > 2 else 0)))
    (run,) = read(tmp_path / "in").runs
    np.testing.assert_allclose(np.diff(run.times_s), [0.125, 0.125, 9.625, 0.125, 0.125])


def test_times_in_whole_seconds_do_not_cost_frames(write_single, tmp_path):
    for number in range(16):
        write_single(number, AcquisitionTime=stamp(int(number * PERIOD_S))[:6])
    (run,) = read(tmp_path / "in").runs
    assert values(run) == list(range(16))
    np.testing.assert_allclose(run.times_s, np.arange(16) * PERIOD_S)


def test_stated_period_is_held_against_coarse_stamps(write_single, tmp_path):
    for number in range(40):
        write_single(number, AcquisitionTime=stamp(int(number / 4))[:6], FrameTime="20")
    (run,) = read(tmp_path / "in").runs
    assert run.times_s[-1] == pytest.approx(39 * 0.02)
    assert any("stamped over 9 s, but the period that is followed means 0.78 s" in w for w in run.warnings)


def test_copies_are_left_out_and_counted(write_single, tmp_path):
    for number in range(20):
        write_single(number)
    write_single(3, "in/copy of 3")
    write_single(7, "in/7 exported again", SOPInstanceUID="2.25.77")
    reading = read(tmp_path / "in")
    (run,) = reading.runs
    assert values(run) == list(range(20))
    assert [(one.fate, one.path.name) for one in reading.rest] == [
        (Fate.DUPLICATE, "7 exported again"),
        (Fate.DUPLICATE, "copy of 3"),
    ]
    counted = [warning for warning in run.warnings if "left out" in warning]
    assert counted == [
        "1 files repeat the SOP Instance UID (0008,0018) of another and were left out",
        "1 files repeat the time of another and were left out",
    ]


@pytest.mark.parametrize("clock", ["stamps", "period"])
def test_missing_file_is_said_and_its_time_is_kept(write_single, tmp_path, clock):
    other = {} if clock == "stamps" else {"AcquisitionTime": None, "FrameTime": "125"}
    for number in (0, 1, 2, 5, 6, 8):
        write_single(number, **other)
    (run,) = read(tmp_path / "in").runs
    np.testing.assert_allclose(run.times_s, np.array([0, 1, 2, 5, 6, 8]) * PERIOD_S)
    assert any(
        "3 pictures are missing: Instance Number (0020,0013) has 2 gaps, the first after 3" in warning
        for warning in run.warnings
    )


def test_broken_frame_costs_itself(write_single, tmp_path):
    for number in range(5):
        path = write_single(number)
        if number == 2:
            path.write_bytes(path.read_bytes()[:-20])
    reading = read(tmp_path / "in")
    assert values(reading.runs[0]) == [0, 1, 3, 4]
    assert [(one.fate, one.path.name) for one in reading.rest] == [(Fate.FAILED, "0002")]
    assert "holds only 0 whole frames" in reading.rest[0].why


ONE = "Number of Frames (0028,0008) is 1, too few for a fluoroscopy run (at least 2)"


def test_single_exposures_are_no_run(write_single, tmp_path):
    for number in range(6):
        write_single(number, AcquisitionTime=stamp(20 * number))
    reading = read(tmp_path / "in")
    assert reading.runs == ()
    assert {one.fate for one in reading.rest} == {Fate.OTHER}
    assert [one.why for one in reading.rest] == [f"{tmp_path / 'in' / name}: {ONE}" for name in names(6)]


def names(count):
    return [f"{number:04d}" for number in range(count)]


def test_short_series_is_no_run(write_single, tmp_path):
    for number in range(4):
        write_single(number)
    reading = read(tmp_path / "in", DicomConfig(min_frames=5))
    assert reading.runs == ()
    assert {one.fate for one in reading.rest} == {Fate.OTHER}


def test_single_picture_is_a_run_where_one_frame_is_enough(write_single, tmp_path):
    write_single(0)
    reading = read(tmp_path / "in", DicomConfig(min_frames=1, frame_time_ms=100))
    assert [run.frames for run in reading.runs] == [1]


def test_single_picture_that_was_named_is_an_error(write_single):
    path = write_single(0)
    (rest,) = read(path).rest
    assert (rest.fate, rest.why) == (Fate.FAILED, f"{path}: {ONE}")


def test_series_named_file_by_file_is_a_run(write_single):
    paths = [write_single(number) for number in range(3)]
    (run,) = read_runs(find_inputs(paths), CONFIG, VideoConfig()).runs
    assert run.frames == 3


def test_series_without_a_clock_fails_once(write_single, tmp_path):
    for number in range(4):
        write_single(number, AcquisitionTime=None)
    reading = read(tmp_path / "in")
    assert [one.fate for one in reading.rest] == [Fate.FAILED, *[Fate.OTHER] * 3]
    assert "no usable frame times" in reading.rest[0].why
    (run,) = read(tmp_path / "in", DicomConfig(frame_time_ms=50)).runs
    assert run.times_s[3] == pytest.approx(0.15)


def test_series_beyond_the_limit_is_refused(write_single, tmp_path):
    for number in range(4):
        write_single(number)
    reading = read(tmp_path / "in", DicomConfig(max_frames=3))
    assert "has 4 files, over the limit of 3 frames" in reading.rest[0].why


def test_files_are_open_one_at_a_time(write_single, tmp_path):
    for number in range(40):
        write_single(number)
    (run,) = read(tmp_path / "in").runs
    opened = []
    with DicomFrames(run) as frames:
        for frame in frames:
            assert frame.pixels[0, 0] == frame.index
            opened.append(len(list(Path("/proc/self/fd").iterdir())))
    assert max(opened) == min(opened)


MEMBER = Member(
    None, "", ("series",), "1", None, None, None, None, None, *[float("nan")] * 5, shutter=""
)  # fmt: skip


def member(number, instance=None, acquired=None):
    return replace(
        MEMBER,
        path=Path(f"{number:03d}"),
        sop_instance_uid=f"2.25.{number}",
        instance=instance,
        acquired=None if acquired is None else START + timedelta(milliseconds=acquired),
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(st.none() | st.integers(-3, 40), st.none() | st.integers(0, 20)), min_size=1, max_size=30
    ),
    st.randoms(use_true_random=False),
)
def test_nothing_is_lost_and_the_order_given_does_not_matter(said, random):
    members = [member(i, instance, acquired) for i, (instance, acquired) in enumerate(said)]
    ordered = order_frames(members)
    kept = [*ordered.frames, *(one for one, _ in ordered.copies)]
    assert sorted(one.path for one in kept) == [one.path for one in members]
    if not ordered.copies:
        random.shuffle(members)
        assert order_frames(members).frames == ordered.frames


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_places_rise_by_one_or_more(steps):
    frames = [member(i, int(total)) for i, total in enumerate(np.cumsum([1, *steps]))]
    places = place_in_series(frames)
    assert places is None or (places[0] == 0 and all(np.diff(places) >= 1))


def test_no_members_make_nothing():
    assert form_runs([], CONFIG).runs == ()
