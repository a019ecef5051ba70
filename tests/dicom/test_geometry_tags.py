from __future__ import annotations

import numpy as np
import pytest
from pydicom import uid

from leakwatch.config.dicom import DicomConfig, GeometryOverride
from leakwatch.dicom.read import read_run
from leakwatch.nouns import CArm

OVERRIDE = GeometryOverride(
    imager_spacing_mm=(0.2, 0.3), sid_mm=1200, sod_mm=800, primary_deg=30, secondary_deg=-10
)


@pytest.fixture
def read(write_xa, scene):
    def run(override=None, **elements):
        path = write_xa(scene, syntax=uid.ImplicitVRLittleEndian, **elements)
        return read_run(path, DicomConfig(geometry=override or GeometryOverride()))

    return run


def test_stated_geometry_is_read_and_not_overridden(read):
    run = read(OVERRIDE, PositionerPrimaryAngle="-31.5", PositionerSecondaryAngle="20")
    assert run.geometry == CArm(-31.5, 20.0, 1000.0, 750.0, (0.4, 0.4))


FIELDS = {
    "ImagerPixelSpacing": ("imager_spacing_mm", (0.2, 0.3), "areas and motion are in pixels only"),
    "DistanceSourceToDetector": ("sid_mm", 1200.0, "there is no magnification"),
    "DistanceSourceToPatient": ("sod_mm", 800.0, "there is no magnification"),
    "PositionerPrimaryAngle": ("primary_deg", 30.0, "leaks cannot be placed in space"),
    "PositionerSecondaryAngle": ("secondary_deg", -10.0, "leaks cannot be placed in space"),
}


@pytest.mark.parametrize("keyword", FIELDS)
def test_missing_tag_says_what_it_costs_or_is_overridden(read, keyword):
    field, instead, cost = FIELDS[keyword]
    silent = read(**{keyword: None})
    assert getattr(silent.geometry, field) is None
    assert len(silent.warnings) == 1
    assert silent.warnings[0].endswith(f"is missing: {cost}") or cost in silent.warnings[0]
    filled = read(OVERRIDE, **{keyword: None})
    assert getattr(filled.geometry, field) == instead
    assert "is used instead" in filled.warnings[0]


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("ImagerPixelSpacing", ["0", "0"]),
        ("ImagerPixelSpacing", b"0.4 "),
        ("ImagerPixelSpacing", b"0.4\\nan "),
        ("DistanceSourceToDetector", "-1000"),
        ("DistanceSourceToDetector", b"1e9 "),
        ("DistanceSourceToPatient", "0"),
        ("PositionerPrimaryAngle", b"nan "),
        ("PositionerSecondaryAngle", "400"),
    ],
)
def test_impossible_value_counts_as_missing_and_is_quoted(read, keyword, value):
    run = read(**{keyword: value})
    quoted = value.decode().strip() if isinstance(value, bytes) else "\\".join(np.atleast_1d(value))
    assert getattr(run.geometry, FIELDS[keyword][0]) is None
    assert any(f"is '{quoted}', no possible value" in warning for warning in run.warnings)


def test_magnification_stands_in_for_the_patient_distance(read):
    run = read(DistanceSourceToPatient=None, EstimatedRadiographicMagnificationFactor="1.25")
    assert run.geometry.sod_mm == 800.0
    assert "800 is used instead" in run.warnings[0]


def test_patient_behind_the_detector_is_not_believed(read):
    run = read(DistanceSourceToPatient="1100")
    assert (run.geometry.sid_mm, run.geometry.sod_mm, run.geometry.pixel_mm) == (None, None, None)
    assert "which cannot be" in run.warnings[0]


@pytest.mark.parametrize("keyword", ["PositionerMotion", "TableMotion"])
def test_machine_that_moves_is_said(read, keyword):
    assert "is DYNAMIC" in read(**{keyword: "DYNAMIC"}).warnings[0]
    assert read(**{keyword: "STATIC"}).warnings == ()


def edges(blade, left, right, upper, lower):
    return {
        f"{blade}Shape": "RECTANGULAR",
        f"{blade}LeftVerticalEdge": left,
        f"{blade}RightVerticalEdge": right,
        f"{blade}UpperHorizontalEdge": upper,
        f"{blade}LowerHorizontalEdge": lower,
    }


def test_run_without_shutter_has_none(read):
    assert read().shutter is None


def test_shutter_that_opens_the_whole_matrix_covers_nothing(read):
    assert read(**edges("Shutter", 1, 32, 1, 24)).shutter is None


@pytest.mark.parametrize("blade", ["Shutter", "Collimator"])
def test_rectangle_leaves_its_edges_open(read, blade):
    shutter = read(**edges(blade, 3, 30, 5, 20)).shutter
    opened = np.zeros((24, 32), bool)
    opened[4:20, 2:30] = True
    np.testing.assert_array_equal(shutter, ~opened)


def test_circle_is_centred_on_row_and_column(read):
    shutter = read(
        ShutterShape="CIRCULAR", CenterOfCircularShutter=[9, 21], RadiusOfCircularShutter=5
    ).shutter
    y, x = np.nonzero(~shutter)
    assert (y.min(), y.max(), x.min(), x.max()) == (3, 13, 15, 25)


def test_polygon_is_rows_and_columns(read):
    shutter = read(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=[5, 5, 5, 25, 20, 5]).shutter
    assert not shutter[6, 10]
    assert shutter[18, 20]
    assert shutter[2, 2]


def test_shapes_add_up(read):
    both = read(
        **edges("Shutter", 3, 30, 5, 20)
        | {
            "ShutterShape": ["RECTANGULAR", "CIRCULAR"],
            "CenterOfCircularShutter": [12, 16],
            "RadiusOfCircularShutter": 6,
        }
    ).shutter
    circle = read(
        ShutterShape="CIRCULAR", CenterOfCircularShutter=[12, 16], RadiusOfCircularShutter=6
    ).shutter
    assert np.array_equal(both, circle | read(**edges("Shutter", 3, 30, 5, 20)).shutter)


@pytest.mark.parametrize(
    ("elements", "phrase"),
    [
        (edges("Shutter", 3, 30, 5, None), "its position is missing"),
        ({"ShutterShape": "STAR"}, "is 'STAR', but its position is missing"),
        (edges("Shutter", 30, 3, 20, 5), "would cover the whole picture"),
        (
            {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 2, 3]},
            "its position is missing",
        ),
    ],
)
def test_shutter_that_makes_no_sense_is_ignored(read, elements, phrase):
    run = read(**elements)
    assert run.shutter is None
    assert phrase in run.warnings[0]
