from __future__ import annotations

import struct
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_dataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.clock import clock_from_stamps, read_clock
from leakwatch.dicom.header import Header
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.read import read_run
from leakwatch.dicom.stamps import parse_stamp, read_stamp
from leakwatch.errors import InputError

TIME, VECTOR = 0x00181063, 0x00181065


@pytest.fixture
def clock(write_xa, scene):
    def read(config=None, **elements):
        elements = {"FrameTime": None, "FrameIncrementPointer": None} | elements
        # implicit VR, so that wrong values meet the parser that the attribute would have
        path = write_xa(scene, syntax=uid.ImplicitVRLittleEndian, **elements)
        run = read_run(path, config or DicomConfig())
        return run.times_s, " | ".join(run.warnings)

    return read


def test_frame_time_makes_even_steps(clock):
    times, said = clock(FrameIncrementPointer=TIME, FrameTime="66.667")
    np.testing.assert_allclose(times, [0, 0.066667, 0.133334, 0.200001])
    assert said == ""


def test_vector_is_summed_and_frame_zero_is_zero(clock):
    times, said = clock(FrameIncrementPointer=VECTOR, FrameTimeVector=["0", "100", "50", "500"])
    np.testing.assert_allclose(times, [0, 0.1, 0.15, 0.65])
    assert said == ""


def test_increment_of_frame_zero_does_not_count(clock):
    times, _ = clock(FrameIncrementPointer=VECTOR, FrameTimeVector=["80", "100", "50", "500"])
    np.testing.assert_allclose(times, [0, 0.1, 0.15, 0.65])


def test_vector_without_frame_zero_is_understood(clock):
    times, said = clock(FrameIncrementPointer=VECTOR, FrameTimeVector=["100", "50", "500"])
    np.testing.assert_allclose(times, [0, 0.1, 0.15, 0.65])
    assert "has 3 values for 4 frames; frame 0 has none" in said


BAD_VECTORS = {
    "short": (["0", "100"], "has 2 values for 4 frames"),
    "long": (["0"] + ["100"] * 5, "has 6 values for 4 frames"),
    "negative": (["0", "100", "-50", "100"], "at 1 of 3 steps, first at frame 2 (-50 ms)"),
    "standing": (["0", "0", "0", "0"], "never goes on"),
    "nan": (b"0\\nan\\100\\100 ", "at 1 of 3 steps, first at frame 1 (no number)"),
    "word": (b"0\\100\\soon\\100", "first at frame 2 (no number)"),
    "infinite": (b"0\\100\\100\\inf ", "first at frame 3 (no number)"),
    "huge": (b"0\\1e305\\1e305\\1e305", "at 3 of 3 steps"),
    "tiny": (b"0\\1e-9\\1e-9\\1e-9 ", "no possible values"),
}


@pytest.mark.parametrize("case", BAD_VECTORS)
def test_broken_vector_gives_way_to_frame_time(clock, case):
    vector, phrase = BAD_VECTORS[case]
    times, said = clock(FrameIncrementPointer=VECTOR, FrameTimeVector=vector, FrameTime="40")
    np.testing.assert_allclose(times, [0, 0.04, 0.08, 0.12])
    assert phrase in said
    assert "frame times are taken from Frame Time (0018,1063)" in said


@pytest.mark.parametrize("case", BAD_VECTORS)
def test_broken_vector_alone_is_refused(clock, case):
    with pytest.raises(InputError, match=r"no usable frame times: .* Frame Time Vector \(0018,1065\) is '"):
        clock(FrameIncrementPointer=VECTOR, FrameTimeVector=BAD_VECTORS[case][0])


@pytest.mark.parametrize("value", ["0", "-40", b"nan ", b"fast", "0.0667", "90000", b"40\\40 "])
def test_impossible_frame_time_gives_way_to_the_rate(clock, value):
    times, said = clock(FrameIncrementPointer=TIME, FrameTime=value, CineRate="20")
    np.testing.assert_allclose(times, [0, 0.05, 0.1, 0.15])
    assert "Frame Time (0018,1063) is '" in said
    assert "frame times are taken from Cine Rate (0018,0040)" in said


def test_display_rate_comes_after_cine_rate(clock):
    assert clock(CineRate="10", RecommendedDisplayFrameRate="20")[0][1] == pytest.approx(0.1)
    assert clock(RecommendedDisplayFrameRate="20")[0][1] == pytest.approx(0.05)


def test_configured_frame_time_is_the_last_resort(clock):
    config = DicomConfig(frame_time_ms=250)
    assert clock(config)[0][1] == pytest.approx(0.25)
    assert "dicom.frame_time_ms = 250 is used" in clock(config)[1]
    assert clock(config, CineRate="10")[0][1] == pytest.approx(0.1)


def test_missing_pointer_is_said(clock):
    times, said = clock(FrameTime="40")
    assert times[1] == pytest.approx(0.04)
    assert "Frame Increment Pointer (0028,0009) is missing" in said


def test_pointer_decides_between_time_and_vector(clock):
    both = {"FrameTime": "40", "FrameTimeVector": ["0", "90", "90", "90"]}
    assert clock(FrameIncrementPointer=TIME, **both)[0][1] == pytest.approx(0.04)
    assert clock(FrameIncrementPointer=VECTOR, **both)[0][1] == pytest.approx(0.09)


def test_rate_that_contradicts_is_said_and_one_that_is_rounded_is_not(clock):
    times, said = clock(FrameIncrementPointer=TIME, FrameTime="40", CineRate="15")
    assert times[1] == pytest.approx(0.04)
    assert "Cine Rate (0018,0040) is '15'" in said
    assert clock(FrameIncrementPointer=TIME, FrameTime="133.333", CineRate="8")[1] == ""


def test_no_clock_at_all_is_refused(clock):
    with pytest.raises(InputError, match=r"Frame Time \(0018,1063\) is missing, Frame Time Vector"):
        clock()


def test_vector_goes_before_frame_time_where_nothing_points(clock):
    both = {"FrameTime": "40", "FrameTimeVector": ["0", "90", "90", "90"]}
    times, said = clock(**both)
    assert times[1] == pytest.approx(0.09)
    assert (
        "Frame Increment Pointer (0028,0009) is missing; frame times are taken from Frame Time Vector" in said
    )
    assert "Frame Time (0018,1063) is '40', but Frame Time Vector (0018,1065), which is followed" in said


def test_pointer_to_something_else_is_said(clock):
    times, said = clock(FrameIncrementPointer=0x00540010, FrameTime="40")
    assert times[1] == pytest.approx(0.04)
    assert "Frame Increment Pointer (0028,0009) is '(0054,0010)', which is no clock" in said


def header_of(**elements: str) -> Header:
    """A header in memory, as an implicit VR file with these texts would give it."""
    data = b""
    for keyword, value in sorted(elements.items(), key=lambda item: tag_for_keyword(item[0])):
        tag, raw = tag_for_keyword(keyword), value.encode("latin-1")
        raw += b" " * (len(raw) % 2)
        if keyword == "FrameIncrementPointer":
            raw = struct.pack("<HH", int(value, 16) >> 16, int(value, 16) & 0xFFFF)
        data += struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(raw)) + raw
    dataset = read_dataset(BytesIO(data), True, True)
    return Header(Path("run.dcm"), dataset, uid.ImplicitVRLittleEndian, True, None, None)


def read(frames, **elements):
    with quiet():
        found = read_clock(header_of(**elements), frames, None)
    return found.times_s, " | ".join(found.warnings)


def vector(*steps):
    return {
        "FrameIncrementPointer": "00181065",
        "FrameTimeVector": "\\".join(f"{step:.10g}" for step in steps),
    }


UNITS = [
    # value, rate, period in seconds, what is said; by hand
    ("66.667", None, 0.066667, ""),
    ("0.0667", None, 0.0667, "it was read as seconds: milliseconds are not possible"),
    ("0.0667", "15", 0.0667, "it was read as seconds: which agrees with 15 frames/s"),
    ("66667", None, 0.066667, "it was read as microseconds: milliseconds are not possible"),
    ("5000", "200", 0.005, "it was read as microseconds: which agrees with 200 frames/s"),
    ("1", "1", 1.0, "it was read as seconds: which agrees with 1 frames/s"),
    ("66,667", None, 0.066667, "the comma was read as a decimal point"),
]


@pytest.mark.parametrize(("value", "rate", "period_s", "phrase"), UNITS)
@pytest.mark.parametrize("kind", ["time", "vector"])
def test_unit_is_found_out(value, rate, period_s, phrase, kind):
    elements = {} if rate is None else {"CineRate": rate}
    if kind == "time":
        elements |= {"FrameIncrementPointer": "00181063", "FrameTime": value}
    else:
        elements |= {"FrameIncrementPointer": "00181065", "FrameTimeVector": "\\".join(["0"] + [value] * 9)}
    times, said = read(10, **elements)
    np.testing.assert_allclose(times, np.arange(10) * period_s)
    assert phrase in said
    assert bool(phrase) == bool(said)


def test_times_in_place_of_increments_are_understood():
    true = np.array([0, 100, 200, 300, 2300, 2400, 2500, 2600, 2700])
    for offset in (0, 36_000_000):
        times, said = read(9, **vector(*(true + offset)))
        np.testing.assert_allclose(times, true / 1000)
        assert "its values are times, not the increments they should be" in said


def test_few_times_in_place_of_increments_need_a_rate():
    assert read(4, **vector(0, 100, 200, 300), CineRate="10")[0][-1] == pytest.approx(0.3)
    assert read(4, **vector(0, 100, 200, 300))[0][-1] == pytest.approx(0.6)
    assert read(4, **vector(0, 100, 101, 102), CineRate="10")[0][-1] == pytest.approx(0.303)


def test_repeated_increments_are_no_times():
    times, said = read(12, **vector(0, *[166] * 4, *[333] * 4, *[1000] * 3))
    assert times[-1] == pytest.approx((4 * 166 + 4 * 333 + 3 * 1000) / 1000)
    assert said == ""


def test_frames_of_one_time_are_kept_and_spread():
    times, said = read(7, **vector(0, 100, 0, 100, 5000, 0, 100))
    # the second of two frames goes halfway to the next; before a pause no farther than is usual
    np.testing.assert_allclose(times, [0, 0.1, 0.15, 0.2, 5.2, 5.25, 5.3], atol=1e-9)
    assert "stands still at 2 of 6 steps, first at frame 2 (0 ms)" in said


def test_frames_of_one_time_before_a_pause_stay_before_it():
    times, _ = read(8, **vector(0, 100, 100, 0, 5000, 100, 100, 0))
    np.testing.assert_allclose(times[:5], [0, 0.1, 0.2, 0.3, 5.2], atol=1e-9)
    assert times[7] - times[6] == pytest.approx(0.1)


def test_whole_seconds_are_spread_over_their_frames():
    times, _ = read(10, **vector(0, 0, 0, 0, 1000, 0, 0, 0, 1000, 0))
    np.testing.assert_allclose(times, np.arange(10) / 4)


def test_one_bad_increment_in_many_is_mended():
    times, said = read(9, **vector(0, 100, 100, -500, 100, 100, 100, 100, 100))
    np.testing.assert_allclose(times, np.arange(9) / 10)
    assert "at 1 of 8 steps, first at frame 3 (-500 ms); the run's usual 100 ms was put there" in said


@pytest.mark.parametrize(
    ("elements", "phrase"),
    [
        ({"FrameTimeVector": "0\\40\\40\\40"}, "Frame Time Vector (0018,1065) is '0\\40\\40\\40', but"),
        ({"EffectiveDuration": "9"}, "Effective Duration (0018,0072) is '9', but Frame Time"),
        ({"RecommendedDisplayFrameRate": "30"}, "which is followed, means 10 frames/s"),
        ({"StartTrim": "2", "StopTrim": "3"}, "Stop Trim (0008,2143) '3' would show a part of the run"),
    ],
)
def test_contradiction_is_said_and_not_followed(elements, phrase):
    times, said = read(4, FrameIncrementPointer="00181063", FrameTime="100", **elements)
    np.testing.assert_allclose(times, [0, 0.1, 0.2, 0.3])
    assert phrase in said


@pytest.mark.parametrize(
    "elements",
    [
        {"EffectiveDuration": "0.4"},
        {"EffectiveDuration": "0.3"},
        {"CineRate": "10"},
        {"FrameTimeVector": "0\\100\\100\\100"},
        {"StartTrim": "1", "StopTrim": "4"},
    ],
)
def test_agreement_is_not_worth_a_word(elements):
    assert read(4, FrameIncrementPointer="00181063", FrameTime="100", **elements)[1] == ""


def test_duration_over_frames_comes_after_the_cine_rate():
    assert read(4, EffectiveDuration="2")[0][1] == pytest.approx(0.5)
    assert read(4, EffectiveDuration="2", CineRate="4")[0][1] == pytest.approx(0.25)
    assert read(4, EffectiveDuration="2", RecommendedDisplayFrameRate="10")[0][1] == pytest.approx(0.5)


WILD = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(lambda value: f"{value:.10g}"),
    st.floats(-10, 2000).map(lambda value: f"{value:.6f}"),
    st.sampled_from(["0", "33,3", "", "1e308", "-0", "33.3.3", "nan", "1e-320", "++", "5e-324"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8),
)
TAGS = st.fixed_dictionaries(
    {},
    optional={
        "FrameIncrementPointer": st.sampled_from(["00181063", "00181065", "00540010"]),
        "FrameTime": WILD,
        "FrameTimeVector": st.lists(WILD, min_size=1, max_size=12).map("\\".join),
        "CineRate": WILD,
        "RecommendedDisplayFrameRate": WILD,
        "EffectiveDuration": WILD,
        "StartTrim": WILD,
        "StopTrim": WILD,
    },
)


@settings(max_examples=300, deadline=None)
@given(TAGS, st.integers(1, 12))
def test_whatever_the_tags_times_increase_or_the_file_is_refused(elements, frames):
    try:
        times, said = read(frames, **elements)
    except InputError as error:
        said = str(error).removeprefix("run.dcm: no usable frame times: ")
        times = np.arange(frames) if said != str(error) else np.zeros(0)
    assert times.shape == (frames,)
    assert times[0] == 0
    assert np.isfinite(times).all()
    assert (np.diff(times) > 0).all()
    assert "\n" not in said


STEPS = st.lists(st.floats(1, 3_600_000), min_size=3, max_size=30)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_increments_and_pauses_that_go_in_come_out(steps):
    assume(1 <= np.median(steps) <= 10_000)
    assume(len(steps) < 6 or (np.diff([0, *steps]) < 0).any())
    times, _ = read(len(steps) + 1, **vector(0, *(round(step, 3) for step in steps)))
    np.testing.assert_allclose(np.diff(times) * 1000, steps, atol=2e-3)


@settings(max_examples=100, deadline=None)
@given(
    period=st.floats(5, 1000),
    frames=st.integers(8, 40),
    pauses=st.dictionaries(st.integers(1, 7), st.floats(2_000, 600_000), max_size=2),
    doubled=st.sets(st.integers(1, 7), max_size=2),
    unit=st.sampled_from([1.0, 0.001, 1000.0]),
    absolute=st.booleans(),
)
def test_pause_survives_every_mending(period, frames, pauses, doubled, unit, absolute):
    assume(pauses.keys().isdisjoint(doubled))
    steps = np.full(frames - 1, period)
    for at, length in pauses.items():
        steps[at - 1] = length
    for at in doubled:
        steps[at - 1] = 0.0
    values = np.concatenate([[0.0], np.cumsum(steps) if absolute else steps])
    times, _ = read(frames, **vector(*(values * unit)), CineRate=f"{max(round(1000 / period), 1)}")
    intended = np.concatenate([[0.0], np.cumsum(steps)]) / 1000
    # a frame that stood still may move on, by no more than a period
    moved = 1e-3 * period * len(doubled) + 1e-5
    assert np.abs(times - intended).max() <= moved
    for at, length in pauses.items():
        assert times[at] - times[at - 1] == pytest.approx(length / 1000, abs=moved)


STAMP = datetime(2026, 3, 1, 23, 59, 59)


def test_stamps_make_a_clock_across_midnight():
    after = [0.0, 0.1, 0.1, 2.0, 5.0]
    found, why = clock_from_stamps([STAMP + timedelta(seconds=second) for second in after], "the stamp")
    np.testing.assert_allclose(found.times_s, [0, 0.1, 0.1 + found.times_s[2] - found.times_s[1], 2, 5])
    assert found.warnings[0].startswith("the stamp stands still at 1 of 4 steps")
    assert why == ()


def test_missing_stamps_lie_between_their_neighbours():
    stamps = [STAMP + timedelta(seconds=index) for index in range(8)]
    stamps[3] = stamps[7] = None
    found, _ = clock_from_stamps(stamps, "the stamp")
    np.testing.assert_allclose(found.times_s, np.arange(8))
    assert "is missing at 2 of 8 frames" in found.warnings[0]


@pytest.mark.parametrize(
    ("stamps", "phrase"),
    [
        ([None, STAMP, STAMP], "is missing at frame 0"),
        ([STAMP, None, None, STAMP], "is missing at 2 of 4 frames"),
        ([STAMP, STAMP, STAMP], "never goes on and was ignored"),
        ([STAMP, STAMP - timedelta(seconds=1)], "is no step forward in time"),
        ([STAMP], "is missing at frame 0"),
    ],
)
def test_useless_stamps_are_no_clock(stamps, phrase):
    found, why = clock_from_stamps(stamps, "the stamp")
    assert found is None
    assert phrase in " ".join(why)


@pytest.mark.parametrize(
    ("elements", "start"),
    [
        ({"AcquisitionDateTime": "20260301100001.5+0100"}, datetime(2026, 3, 1, 10, 0, 1, 500000)),
        (
            {"AcquisitionDateTime": "2026", "ContentDate": "20250101", "ContentTime": "0102"},
            datetime(2025, 1, 1, 1, 2),
        ),
        ({"AcquisitionDate": "20260301", "AcquisitionTime": "100000"}, datetime(2026, 3, 1, 10)),
        ({"AcquisitionDate": "20260301"}, None),
        ({"AcquisitionDateTime": b"yesterday at ten"}, None),
        ({"AcquisitionDate": b"20261301", "AcquisitionTime": b"99"}, None),
        ({}, None),
    ],
)
def test_start_is_the_earliest_precise_stamp(write_xa, scene, elements, start):
    path = write_xa(scene, syntax=uid.ImplicitVRLittleEndian, **elements)
    assert read_run(path, DicomConfig()).start == start


def test_frame_delay_counts_from_content_time_only(write_xa, scene):
    content = {"ContentDate": "20260301", "ContentTime": "100000", "FrameDelay": "250"}
    path = write_xa(scene, syntax=uid.ImplicitVRLittleEndian, **content)
    assert read_run(path, DicomConfig()).start == datetime(2026, 3, 1, 10, 0, 0, 250000)
    path = write_xa(scene, syntax=uid.ImplicitVRLittleEndian, AcquisitionDateTime="20260301100000", **content)
    assert read_run(path, DicomConfig()).start == datetime(2026, 3, 1, 10)


def test_each_event_has_its_own_stamp():
    header = header_of(AcquisitionDateTime="20260301100000", ContentDate="20260301", ContentTime="100500.25")
    assert read_stamp(header, "Acquisition") == datetime(2026, 3, 1, 10)
    assert read_stamp(header, "Content") == datetime(2026, 3, 1, 10, 5, 0, 250000)


@given(st.text(max_size=30))
def test_any_text_is_a_stamp_or_none(value):
    with quiet():
        assert parse_stamp(value) is None or isinstance(parse_stamp(value), datetime)
