from __future__ import annotations

import copy
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataset import Dataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.dicom.functional_groups import GROUPS, read_groups
from leakwatch.dicom.header import read_header
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError
from leakwatch.nouns import Calibration, Plane
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

from ..dicom_flavours import FLAVOURS, START, Scene, item_of, write_flavour
from ..synthetic_xa import put

CONFIG = DicomConfig()
ENHANCED = ("enhanced_xa", "enhanced_xrf")
SYNTAXES = [
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.JPEGLSLossless,
    uid.RLELossless,
]
LUT = np.round(np.exp(np.linspace(0, np.log(60000), 4096))).astype(np.int64)


@pytest.fixture
def seen(scene) -> Scene:
    """A LOG run with its table, of four frames and a pause."""
    return Scene(
        scene,
        np.array([0.0, 0.125, 0.25, 1.5]),
        relationship="LOG",
        lut=LUT,
        bits_stored=12,
        primary_deg=30.0,
        secondary_deg=-10.0,
        sid_mm=1200.0,
        sod_mm=800.0,
        spacing_mm=(0.3, 0.2),
        shutter=(3, 30, 2, 20),
        plane="B",
        partner="2.25.77",
    )


def pixels_of(run):
    with open_frames(run) as frames:
        return np.stack([frame.pixels for frame in frames])


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("flavour", ENHANCED)
def test_enhanced_gives_back_what_went_in(tmp_path, seen, flavour, syntax, shared, undefined):
    path = write_flavour(tmp_path, flavour, seen, syntax=syntax, shared=shared, undefined=undefined)
    run = read_run(path, CONFIG)
    assert (run.frames, run.rows, run.columns) == (4, 24, 32)
    assert run.modality == ("XA" if flavour == "enhanced_xa" else "RF")
    np.testing.assert_allclose(run.times_s, seen.times_s, atol=1e-6)
    assert run.start == START
    arm = run.geometry
    assert (arm.primary_deg, arm.secondary_deg, arm.sid_mm, arm.sod_mm) == (30.0, -10.0, 1200.0, 800.0)
    assert arm.imager_spacing_mm == (0.3, 0.2)
    assert (run.plane, run.partners) == (Plane.B, ("2.25.77",))
    assert run.intensity.calibration is Calibration.CALIBRATED
    assert run.intensity.to_intensity[0] == 0
    np.testing.assert_array_equal(run.intensity.to_intensity[1], LUT)
    assert (~run.shutter).sum() == 28 * 19
    assert run.warnings == ()
    np.testing.assert_array_equal(pixels_of(run), seen.pixels)
    assert run.per_frame.kvp.tolist() == [75.0] * 4
    assert run.per_frame.exposure_ms.tolist() == [8.0] * 4


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_flavour_is_read_by_the_one_door(tmp_path, scene, flavour):
    if flavour == "biplane":
        pytest.skip("two runs: test_biplane")
    eight = (scene >> 4).astype(np.uint8)
    one = Scene(eight, np.arange(4) / 10.0) if flavour == "sc_byte" else Scene(scene, np.arange(4) / 10.0)
    found = find_inputs([write_flavour(tmp_path, flavour, one)])
    reading = read_runs(found, CONFIG, VideoConfig())
    (run,) = reading.runs
    assert reading.rest == ()
    assert (run.frames, run.rows, run.columns) == (4, 24, 32)
    np.testing.assert_allclose(run.times_s, one.times_s, atol=1e-6)
    assert run.plane is Plane.SINGLE
    captured = flavour.startswith("sc_")
    assert run.intensity.calibration is (Calibration.DISPLAY if captured else Calibration.CALIBRATED)
    assert run.geometry.pixel_mm == (None if captured else pytest.approx((0.3, 0.3)))
    assert run.geometry.primary_deg == (None if captured or flavour == "rf" else 0.0)
    np.testing.assert_array_equal(pixels_of(run), one.pixels)


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("flavour", ENHANCED)
def test_what_is_written_is_what_the_standard_asks_for(tmp_path, seen, flavour, shared):
    # of two planes the checker forbids the reference that PS3.3 C.8.19.2 asks for
    alone = replace(seen, plane="single", partner=None)
    path = write_flavour(tmp_path, flavour, alone, shared=shared)
    said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    errors = [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")]
    if flavour == "enhanced_xrf":
        # PS3.3 A.48.3.1 asks for RF; the checker does not know
        errors.remove("Error - Unrecognized enumerated value <RF> for value 1 of attribute <Modality>")
    assert errors == []


@given(
    common=st.none() | st.integers(1, 2000),
    own=st.lists(st.none() | st.integers(1, 2000), min_size=4, max_size=4),
    undefined=st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_frame_of_its_own_goes_before_what_all_share(tmp_path, scene, common, own, undefined):
    def edit(dataset: Dataset) -> None:
        def put(groups: Dataset, value: int | None) -> None:
            groups.pop("FrameAcquisitionSequence", None)
            if value is not None:
                groups.FrameAcquisitionSequence = [item_of(XRayTubeCurrentInmA=float(value))]

        put(dataset.SharedFunctionalGroupsSequence[0], common)
        for groups, value in zip(dataset.PerFrameFunctionalGroupsSequence, own, strict=True):
            put(groups, value)

    one = Scene(scene, np.arange(4) / 10.0)
    path = write_flavour(tmp_path, "enhanced_xa", one, undefined=undefined, edit=edit)
    stated = read_run(path, CONFIG).per_frame.tube_current_ma
    expected = [np.nan if value is None and common is None else float(value or common) for value in own]
    if np.isnan(expected).all():
        assert stated is None
    else:
        np.testing.assert_array_equal(stated, expected)


def test_geometry_and_technique_of_each_frame_are_kept(tmp_path, scene):
    one = Scene(
        scene,
        np.arange(4) / 10.0,
        primary_deg=np.array([0.0, 5, 10, 15]),
        table_mm=np.array([[7.0, 8, 9], [7, 8, 9], [9, 8, 9], [7, 8, 6]]),
        kvp=np.array([70.0, 71, 72, 73]),
        tube_current_ma=np.array([10.0, 20, 30, 40]),
        exposure_ms=np.array([4.0, 5, 6, 7]),
    )
    run = read_run(write_flavour(tmp_path, "enhanced_xa", one), CONFIG)
    stated = run.per_frame
    np.testing.assert_array_equal(stated.primary_deg, [0, 5, 10, 15])
    np.testing.assert_array_equal(stated.secondary_deg, np.zeros(4))
    np.testing.assert_array_equal(stated.table_mm, one.table_mm - one.table_mm[0])
    np.testing.assert_array_equal(stated.kvp, [70, 71, 72, 73])
    np.testing.assert_array_equal(stated.tube_current_ma, [10, 20, 30, 40])
    np.testing.assert_array_equal(stated.exposure_ms, [4, 5, 6, 7])
    assert run.geometry.primary_deg == 0.0
    (warning,) = run.warnings
    assert "turns by up to 15 deg and the table moves by up to 3 mm" in warning
    assert "cannot be placed in space in the 3 frames" in warning


def without(*keywords):
    def edit(dataset: Dataset) -> None:
        for keyword in keywords:
            dataset.pop(keyword, None)
            for groups in dataset.get("PerFrameFunctionalGroupsSequence", []):
                groups.pop(keyword, None)
            for groups in dataset.get("SharedFunctionalGroupsSequence", []):
                groups.pop(keyword, None)

    return edit


def in_frames(group, keyword, values):
    def edit(dataset: Dataset) -> None:
        own, common = dataset.PerFrameFunctionalGroupsSequence, dataset.SharedFunctionalGroupsSequence[0]
        for frame, value in enumerate(values):
            if group not in own[frame]:
                own[frame][group] = copy.deepcopy(common[group])
            put(own[frame][group].value[0], keyword, value)

    return edit


def drop_last_item(dataset: Dataset) -> None:
    del dataset.PerFrameFunctionalGroupsSequence[-1]


def empty_items(dataset: Dataset) -> None:
    dataset.SharedFunctionalGroupsSequence = [Dataset()]
    dataset.PerFrameFunctionalGroupsSequence = [Dataset() for _ in range(4)]


def no_items(dataset: Dataset) -> None:
    dataset.SharedFunctionalGroupsSequence = []
    dataset.PerFrameFunctionalGroupsSequence = []


PIXELS = "FramePixelDataPropertiesSequence"
REFUSED = {
    "an item less": (
        drop_last_item,
        r"\(5200,9230\) has only 3 items, but Number of Frames \(0028,0008\) is 4",
    ),
    "a frame less": (
        lambda dataset: setattr(dataset, "NumberOfFrames", 3),
        r"has more than 3 items, but Number of Frames \(0028,0008\) is 3",
    ),
    "empty items": (empty_items, r"no usable frame times.*\(0018,9074\) and .*\(0018,9151\) are missing"),
    "no items": (no_items, "no usable frame times"),
    "no times": (without("FrameContentSequence"), "no usable frame times"),
    "no groups": (
        without("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"),
        "no usable frame times",
    ),
    "two acquisitions": (
        in_frames("FrameContentSequence", "FrameAcquisitionNumber", [1, 1, 2, 2]),
        r"Frame Acquisition Number \(0020,9156\) has 2 values",
    ),
    "two relationships": (
        in_frames(PIXELS, "PixelIntensityRelationship", ["LIN", "LOG", "LIN", "LIN"]),
        r"Pixel Intensity Relationship \(0028,1040\) differs between frames",
    ),
}


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("case", REFUSED)
def test_groups_that_make_no_run_are_refused_in_one_sentence(tmp_path, seen, case, undefined):
    edit, phrase = REFUSED[case]
    path = write_flavour(
        tmp_path, "enhanced_xa", seen, undefined=undefined, edit=edit, AcquisitionDuration=None
    )
    with pytest.raises(InputError, match=phrase) as caught:
        read_run(path, CONFIG)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


WARNED = {
    "no distance": (
        without("XRayGeometrySequence"),
        r"Distance Source to Isocenter \(0018,9402\) is missing",
    ),
    "no angles": (without("PositionerPositionSequence"), "leaks cannot be placed in space"),
    "no pixel properties": (without(PIXELS), r"Pixel Intensity Relationship \(0028,1040\) is missing"),
    "no table": (
        without("PixelIntensityRelationshipLUTSequence"),
        r"LOG without Pixel Intensity Relationship LUT Sequence \(0028,9422\)",
    ),
    "angle is no number": (
        in_frames("PositionerPositionSequence", "PositionerPrimaryAngle", ["nan", "30", "30", "30"]),
        r"Positioner Primary Angle \(0018,1510\) is 'nan', no possible value",
    ),
    "angle of one frame is no number": (
        in_frames("PositionerPositionSequence", "PositionerPrimaryAngle", ["30", "nan", "30", "30"]),
        r"Positioner Primary Angle \(0018,1510\) is missing or no number in 1 of 4 frames",
    ),
    "distance is infinite": (
        in_frames("XRayGeometrySequence", "DistanceSourceToIsocenter", [np.inf] * 4),
        r"Distance Source to Isocenter \(0018,9402\) is 'inf', no possible value",
    ),
    "zoom": (
        in_frames(PIXELS, "ImagerPixelSpacing", [[0.3, 0.2], [0.3, 0.2], [0.2, 0.1], [0.2, 0.1]]),
        r"Imager Pixel Spacing \(0018,1164\) changes during the run",
    ),
    "shutter": (
        in_frames("FrameDisplayShutterSequence", "ShutterLeftVerticalEdge", ["3", "3", "4", "4"]),
        r"Frame Display Shutter Sequence \(0018,9472\) moves during the run",
    ),
    "subtracted frames": (
        in_frames(PIXELS, "FrameType", [["DERIVED", "PRIMARY", "SUBTRACTION", "NONE"]] * 4),
        r"Frame Type \(0008,9007\) of a frame is DERIVED/PRIMARY/SUBTRACTION/NONE",
    ),
    "a stamp is missing": (
        in_frames("FrameContentSequence", "FrameAcquisitionDateTime", ["20260304102030", None]),
        r"Frame Acquisition DateTime \(0018,9074\) is missing or stands still at too many frames",
    ),
    "plane unknown": (
        lambda dataset: dataset.pop("PlaneIdentification"),
        r"Plane Identification \(0018,9457\) is missing: which plane this is, is not known",
    ),
}


@pytest.mark.parametrize("case", WARNED)
def test_what_groups_lack_is_said(tmp_path, seen, case):
    edit, phrase = WARNED[case]
    run = read_run(write_flavour(tmp_path, "enhanced_xa", seen, edit=edit), CONFIG)
    assert any(re.search(phrase, warning) for warning in run.warnings)
    assert run.frames == 4


def test_part_of_a_concatenation_is_a_run_and_said(tmp_path, seen):
    part = read_run(write_flavour(tmp_path, "enhanced_xa", seen, InConcatenationNumber=2), DicomConfig())
    assert any("In-concatenation Number (0020,9162) is '2'" in warning for warning in part.warnings)
    whole = read_run(write_flavour(tmp_path, "enhanced_xa", seen), DicomConfig())
    assert set(part.warnings) - set(whole.warnings)
    assert len(part.warnings) == len(whole.warnings) + 1


def test_subtracted_frames_mark_the_run(tmp_path, seen):
    edit = WARNED["subtracted frames"][0]
    assert read_run(write_flavour(tmp_path, "enhanced_xa", seen, edit=edit), CONFIG).intensity.subtracted


def test_frames_without_acquisition_times_take_the_middle_of_each(tmp_path, seen):
    edit = in_frames("FrameContentSequence", "FrameAcquisitionDateTime", [None] * 4)
    run = read_run(write_flavour(tmp_path, "enhanced_xa", seen, edit=edit), CONFIG)
    np.testing.assert_allclose(run.times_s, seen.times_s, atol=1e-6)


def test_stamps_of_whole_seconds_give_way_to_frame_time(tmp_path, seen):
    coarse = ["20260304102030", "20260304102030", "20260304102030", "20260304102031"]

    def edit(dataset):
        for keyword in ("FrameAcquisitionDateTime", "FrameReferenceDateTime"):
            in_frames("FrameContentSequence", keyword, coarse)(dataset)
        dataset.FrameTime = "250"

    run = read_run(write_flavour(tmp_path, "enhanced_xa", seen, edit=edit), CONFIG)
    np.testing.assert_allclose(run.times_s, np.arange(4) * 0.25)
    assert any("stands still at too many frames" in warning for warning in run.warnings)


def test_enhanced_without_groups_is_read_as_classic(tmp_path, seen):
    edit = without("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
    path = write_flavour(tmp_path, "enhanced_xa", seen, edit=edit, FrameTime="100")
    run = read_run(path, CONFIG)
    np.testing.assert_allclose(run.times_s, np.arange(4) * 0.1)
    assert any("are missing; the file is read as a classic one" in warning for warning in run.warnings)


@pytest.mark.parametrize(
    ("planes", "identified", "plane"),
    [
        ("SINGLE PLANE", "MONOPLANE", Plane.SINGLE),
        ("SINGLE PLANE", "PLANE A", Plane.SINGLE),
        ("BIPLANE", "PLANE A", Plane.A),
        ("BIPLANE", "PLANE B", Plane.B),
    ],
)
def test_planes_are_told_apart(tmp_path, seen, planes, identified, plane):
    path = write_flavour(
        tmp_path, "enhanced_xa", seen, PlanesInAcquisition=planes, PlaneIdentification=identified
    )
    assert read_run(path, CONFIG).plane is plane


def test_patients_in_functional_groups_are_never_read(tmp_path, seen):
    def edit(dataset):
        dataset.SharedFunctionalGroupsSequence[0].XRayGeometrySequence[0].PatientName = "Doe^Jane"
        for groups in dataset.PerFrameFunctionalGroupsSequence:
            groups.PatientID = "4711"

    path = write_flavour(tmp_path, "enhanced_xa", seen, edit=edit)
    assert b"Doe" in path.read_bytes()
    run = read_run(path, CONFIG)
    groups = read_groups(read_header(path), 4)
    assert not any(word in repr(run) + repr(groups) for word in ("Doe", "4711"))
    assert not any(keyword.startswith("Patient") for keywords in GROUPS.values() for keyword in keywords)


@pytest.mark.parametrize("undefined", [False, True])
def test_every_prefix_is_refused(tmp_path, seen, undefined):
    path = write_flavour(tmp_path, "enhanced_xa", seen, syntax=uid.JPEGLSLossless, undefined=undefined)
    whole = path.read_bytes()
    for length in range(0, len(whole), 211):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError):
            read_run(path, CONFIG)


@pytest.mark.parametrize("undefined", [False, True])
def test_no_damaged_byte_crashes(tmp_path, seen, undefined):
    path = write_flavour(tmp_path, "enhanced_xa", seen, undefined=undefined)
    whole = path.read_bytes()
    rng = np.random.default_rng(3)
    refused = 0
    for _ in range(200):
        damaged = bytearray(whole)
        damaged[int(rng.integers(132, len(whole) - seen.pixels.nbytes))] = int(rng.integers(0, 256))
        path.write_bytes(damaged)
        try:
            read_run(path, CONFIG)
        except InputError:
            refused += 1
    assert 0 < refused < 200


def test_nesting_without_end_is_refused(tmp_path, seen):
    path = write_flavour(tmp_path, "enhanced_xa", seen)
    whole = path.read_bytes()
    at = whole.index(b"\x00\x52\x29\x92SQ")
    deeper = b"\x00\x52\x29\x92SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    path.write_bytes(whole[:at] + deeper * 5000)
    with pytest.raises(InputError, match="nested too deep"):
        read_run(path, CONFIG)


def test_start_is_that_of_the_first_frame(tmp_path, seen):
    path = write_flavour(tmp_path, "enhanced_xa", seen, AcquisitionDateTime="20260304102000")
    assert read_run(path, CONFIG).start == datetime(2026, 3, 4, 10, 20, 30)
