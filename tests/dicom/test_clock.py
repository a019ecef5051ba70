from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import uid

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.read import read_run
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
    "negative": (["0", "100", "-50", "100"], "is '-50' at frame 2"),
    "standing": (["0", "100", "100", "0"], "is '0' at frame 3"),
    "nan": (b"0\\nan\\100\\100 ", "is 'nan' at frame 1"),
    "word": (b"0\\100\\soon\\100", "is 'soon' at frame 2"),
    "infinite": (b"0\\100\\100\\inf ", "is 'inf' at frame 3"),
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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.floats(0.001, 5000), min_size=3, max_size=3))
def test_any_rising_vector_gives_its_own_steps_back(clock, steps):
    vector = ["0", *(f"{step:.6f}" for step in steps)]
    times, _ = clock(FrameIncrementPointer=VECTOR, FrameTimeVector=vector)
    np.testing.assert_allclose(np.diff(times) * 1000, steps, atol=1e-5)


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
