from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydicom import uid

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.per_frame import movement
from leakwatch.dicom.read import read_run
from leakwatch.nouns import PerFrame

from ..dicom_flavours import Scene, write_flavour

CONFIG = DicomConfig()


def test_a_turning_arm_and_a_moving_table_are_kept_frame_by_frame(tmp_path, scene):
    table = np.array([[0.0, 0, 0], [0, 5, 0], [0, 10, 1], [0, 10, 2]])
    one = Scene(scene, np.arange(4) / 10.0, primary_deg=np.array([10.0, 12, 14, 16]), table_mm=table + 3.0)
    run = read_run(write_flavour(tmp_path, "xa", one), CONFIG)
    np.testing.assert_allclose(run.per_frame.primary_deg, [10, 12, 14, 16])
    assert run.per_frame.secondary_deg is None
    np.testing.assert_allclose(run.per_frame.table_mm, table)
    assert run.geometry.primary_deg == 10.0
    (warning,) = run.warnings
    assert "turns by up to 6 deg and the table moves by up to 10 mm" in warning
    assert (
        "geometry of the first frame is used, and leaks cannot be placed in space in the 3 frames" in warning
    )


@pytest.mark.parametrize("flavour", ["xa", "enhanced_xa", "enhanced_xrf"])
def test_classic_and_enhanced_say_the_same_of_movement(tmp_path, scene, flavour):
    angles = np.array([-178.0, -179.0, 180.0, 179.0])
    turning = Scene(scene, np.arange(4) / 10.0, secondary_deg=angles)
    run = read_run(write_flavour(tmp_path, flavour, turning), CONFIG)
    np.testing.assert_allclose(run.per_frame.secondary_deg, angles)
    assert any("turns by up to 3 deg" in warning for warning in run.warnings)


def test_a_run_that_stands_still_states_nothing(write_xa, scene):
    run = read_run(write_xa(scene, PositionerMotion="STATIC", TableMotion="STATIC"), CONFIG)
    assert run.per_frame is None
    assert run.warnings == ()


@pytest.mark.parametrize("motion", ["PositionerMotion", "TableMotion"])
def test_movement_without_increments_is_said(write_xa, scene, motion):
    run = read_run(write_xa(scene, **{motion: "DYNAMIC"}), CONFIG)
    assert run.per_frame is None
    (warning,) = run.warnings
    assert "is DYNAMIC, but the file does not say how far" in warning


WRONG = {
    "one short": (["1", "2", "3"], [0, 1, 2, 3], "has 3 values for 4 frames; frame 0 has none"),
    "too many": (["0", "1", "2", "3", "4"], None, "has 5 values for 4 frames and was ignored"),
    "no number": (["0", "nan", "2", "3"], [0, np.nan, 2, 3], "is no number at 1 of 4 frames"),
    "no numbers": (["x", "x", "x", "x"], None, "is no number at 4 of 4 frames"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_increments_are_said(write_xa, scene, case):
    values, expected, phrase = WRONG[case]
    value = "\\".join(values).encode()
    path = write_xa(scene, syntax=uid.ImplicitVRLittleEndian, PositionerPrimaryAngleIncrement=value)
    run = read_run(path, CONFIG)
    assert any(phrase in warning for warning in run.warnings)
    if expected is None:
        assert run.per_frame is None or run.per_frame.primary_deg is None
    else:
        np.testing.assert_array_equal(run.per_frame.primary_deg, expected)


angles = hnp.arrays(
    np.float64, 6, elements=st.integers(-600, 600).map(lambda thirds: 0.3 * thirds) | st.just(np.nan)
)
tables = hnp.arrays(np.float64, (6, 3), elements=st.floats(-500, 500) | st.just(np.nan))


@given(primary=st.none() | angles, table=st.none() | tables)
def test_movement_is_said_if_and_only_if_a_frame_has_moved(primary, table):
    said = movement(PerFrame(primary_deg=primary, table_mm=table))
    moved = np.zeros(6, np.bool_)
    if primary is not None:
        moved |= np.cos(np.radians(primary - primary[0])) < np.cos(np.radians(0.5))
    if table is not None:
        moved |= (np.nan_to_num(np.abs(table)) > 1.0).any(axis=1)
    assert bool(said) == bool(moved.any())
    assert not said or f"in the {moved.sum()} frames" in said[0]
