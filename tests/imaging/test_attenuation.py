from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.nouns import (
    Calibration,
    CArm,
    IntensityChain,
    Plane,
    Relationship,
    Run,
    StoredFrame,
)

BITS = 12
TOP = 2**BITS - 1
ALL_TERMS = list(Relationship)


def chain(relationship=Relationship.LIN, sign=1, inverted=False, bits=BITS, signed=False, lut=None):
    return IntensityChain(relationship, sign, inverted, bits, signed, lut, Calibration.MONOTONE)


def run_of(intensity, shape, shutter=None):
    return Run(
        (Path("run.dcm"),), "2.25.1", "2.25.2", "2.25.3", "XA", Plane.SINGLE, *shape, np.array([0.0, 0.1]),
        intensity, CArm(), shutter=shutter,
    )  # fmt: skip


def attenuation_of(pixels, intensity, shutter=None):
    return to_frame(StoredFrame(1, 0.1, pixels), run_of(intensity, pixels.shape, shutter))


def stored_as(line_integral, intensity):
    """Write a scene of known attenuation the way a machine with this chain would."""
    transmitted = np.exp(-line_integral)
    if intensity.relationship is Relationship.LIN:
        values = transmitted * TOP
    else:
        values = TOP * (1 + np.log(transmitted) / np.log(TOP + 1))
    values = np.round(values).astype(np.int32)
    values = values if intensity.sign > 0 else TOP - values
    return (values - 2 ** (BITS - 1)).astype(np.int16) if intensity.signed else values.astype(np.uint16)


# polarity and coding must not matter; thicker than exp(-4) is too dark to compare to 2 %
@given(
    scene=arrays(np.float64, (6, 7), elements=st.floats(0.05, 4.0)),
    sign=st.sampled_from([1, -1]),
    inverted=st.booleans(),
    signed=st.booleans(),
    relationship=st.sampled_from([Relationship.LOG, Relationship.DISP, Relationship.OTHER]),
)
def test_scene_reads_the_same_however_it_was_written(scene, sign, inverted, signed, relationship):
    written = chain(relationship, sign, inverted, signed=signed)
    frame = attenuation_of(stored_as(scene, written), written)
    assert frame.valid.all()
    np.testing.assert_allclose(frame.attenuation, scene, atol=2 * BITS * np.log(2) / TOP)


@given(
    scene=arrays(np.float64, (6, 7), elements=st.floats(0.05, 4.0)),
    sign=st.sampled_from([1, -1]),
    inverted=st.booleans(),
)
def test_linear_scene_reads_as_its_line_integrals(scene, sign, inverted):
    written = chain(Relationship.LIN, sign, inverted)
    pixels = stored_as(scene, written)
    frame = attenuation_of(pixels, written)
    assert frame.valid.all()
    count = np.exp(-scene) * TOP
    assert np.all(np.abs(frame.attenuation - scene) <= 0.6 / count + 1e-3)


@pytest.mark.parametrize("relationship", ALL_TERMS)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 10, 16])
def test_more_material_is_larger_for_every_stored_value(relationship, sign, signed, bits):
    table = attenuation_table(chain(relationship, sign, bits=bits, signed=signed))
    steps = sign * np.diff(table.attenuation[table.valid].astype(np.float64))
    assert len(steps) > 2 ** (bits - 1) - 10
    assert np.all(steps < 0)
    assert np.isfinite(table.attenuation).all()


@pytest.mark.parametrize("relationship", ALL_TERMS)
@pytest.mark.parametrize("signed", [False, True])
def test_both_ends_of_the_range_are_not_valid(relationship, signed):
    low = -(2 ** (BITS - 1)) if signed else 0
    pixels = np.array([[low, low + TOP, low + 3000]], np.int16 if signed else np.uint16)
    np.testing.assert_array_equal(
        attenuation_of(pixels, chain(relationship, signed=signed)).valid, [[0, 0, 1]]
    )


def test_linear_detector_is_blind_where_a_count_is_a_quarter():
    pixels = np.array([[1, 2, 3, 4, 5, 6]], np.uint16)
    np.testing.assert_array_equal(attenuation_of(pixels, chain()).valid, [[0, 0, 0, 0, 1, 1]])


def test_shutter_is_not_valid():
    shutter = np.zeros((3, 4), bool)
    shutter[0] = True
    frame = attenuation_of(np.full((3, 4), 900, np.uint16), chain(Relationship.LOG), shutter)
    np.testing.assert_array_equal(frame.valid, ~shutter)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("relationship", [Relationship.LOG, Relationship.DISP])
def test_way_back_leads_to_the_true_line_integrals(relationship, sign):
    codes = np.arange(TOP + 1)
    bright = codes if sign > 0 else TOP - codes
    # a logarithmic amplifier over five natural units, whatever a straight line would make of it
    table = np.exp(-5 * (1 - bright / TOP))
    written = chain(relationship, sign, lut=(0, table))
    pixels = np.array([[1000, 2000, 3000]], np.uint16)
    frame = attenuation_of(pixels, written)
    expected = -np.log(table[pixels])
    assert frame.valid.all()
    np.testing.assert_allclose(frame.attenuation - expected, 0, atol=0.01)


def test_values_outside_the_way_back_are_not_valid():
    written = chain(Relationship.LOG, lut=(100, np.linspace(100, 4000, 300)))
    pixels = np.array([[99, 150, 399, 400]], np.uint16)
    np.testing.assert_array_equal(attenuation_of(pixels, written).valid, [[0, 1, 1, 0]])


def test_way_back_to_no_intensity_is_blind():
    table = np.maximum(np.arange(TOP + 1.0) - 500, 0)
    pixels = np.array([[400, 500, 2000]], np.uint16)
    frame = attenuation_of(pixels, chain(Relationship.LOG, lut=(0, table)))
    np.testing.assert_array_equal(frame.valid, [[0, 0, 1]])
    assert np.isfinite(frame.attenuation).all()


def test_empty_way_back_leaves_nothing_valid():
    frame = attenuation_of(np.full((2, 2), 9, np.uint16), chain(Relationship.LOG, lut=(0, np.zeros(TOP + 1))))
    assert not frame.valid.any()
    assert np.isfinite(frame.attenuation).all()


def test_frame_keeps_its_number_and_time():
    frame = attenuation_of(np.full((2, 2), 9, np.uint16), chain())
    assert (frame.index, frame.time_s, frame.attenuation.dtype, frame.valid.dtype) == (
        1,
        0.1,
        np.float32,
        bool,
    )
