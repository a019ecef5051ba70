from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom import uid

from leakwatch.config.dicom import DicomConfig, GeometryOverride
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.biplane import plane_b_uid
from leakwatch.dicom.find import find_inputs
from leakwatch.dicom.geometry_tags import override_for
from leakwatch.dicom.read import read_file, read_run
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import CArm, Plane
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

from ..dicom_flavours import Scene, write_flavour

CONFIG = DicomConfig()
ORDERS = ("alternate", "halves")


def view(seed: int, frames: int) -> np.ndarray:
    """Frames of one plane: a picture of broad shapes, noise, and something small that grows."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:48, :64]
    angle = rng.uniform(0, np.pi)
    still = 1500 + 900 * np.sin((x * np.cos(angle) + y * np.sin(angle)) / rng.uniform(6, 9))
    pictures = still + rng.normal(0, 60, (frames, 48, 64))
    for frame in range(frames):
        pictures[frame, 20 : 24 + frame, 30 : 34 + frame] *= 0.7
    return pictures.clip(0, 4095).astype(np.uint16)


@pytest.fixture
def planes():
    def make(frames: int) -> tuple[Scene, Scene]:
        times = np.arange(frames) / 7.5
        a = Scene(view(1, frames), times, bits_stored=12, primary_deg=0.0, sid_mm=1100.0, sod_mm=760.0)
        b = Scene(view(2, frames), times, bits_stored=12, primary_deg=90.0, sid_mm=1050.0, sod_mm=780.0)
        return a, b

    return make


def pixels_of(run):
    with open_frames(run) as frames:
        return np.stack([frame.pixels for frame in frames])


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLSLossless])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("frames", [2, 3, 8, 15])
def test_both_planes_come_out_of_one_file(tmp_path, planes, frames, order, syntax):
    a, b = planes(frames)
    path = write_flavour(tmp_path, "biplane", a, other=b, order=order, syntax=syntax)
    first, second = read_file(path, CONFIG)
    assert (first.plane, second.plane) == (Plane.A, Plane.B)
    for run, plane in ((first, a), (second, b)):
        assert run.paths == (path,)
        assert (run.frames, run.rows, run.columns) == (frames, 48, 64)
        np.testing.assert_allclose(run.times_s, plane.times_s)
        arm = run.geometry
        assert (arm.primary_deg, arm.sid_mm, arm.sod_mm) == (plane.primary_deg, plane.sid_mm, plane.sod_mm)
        np.testing.assert_array_equal(pixels_of(run), plane.pixels)
        assert any("judged by how alike the pictures are" in warning for warning in run.warnings)
    expected = range(0, 2 * frames, 2) if order == "alternate" else range(frames)
    assert first.frame_numbers == tuple(expected)
    assert sorted(first.frame_numbers + second.frame_numbers) == list(range(2 * frames))


def test_planes_are_each_others_partner_and_have_a_folder_each(tmp_path, planes):
    a, b = planes(4)
    path = write_flavour(tmp_path, "biplane", a, other=b)
    first, second = read_file(path, CONFIG)
    assert first.sop_instance_uid == a.uids[0]
    assert second.sop_instance_uid == plane_b_uid(a.uids[0]) != first.sop_instance_uid
    assert uid.UID(second.sop_instance_uid).is_valid
    assert (first.partners, second.partners) == ((second.sop_instance_uid,), (first.sop_instance_uid,))
    assert second.sop_instance_uid == read_file(path, CONFIG)[1].sop_instance_uid
    assert read_run(path, CONFIG).plane is Plane.A
    reading = read_runs(find_inputs([path]), CONFIG, VideoConfig())
    assert [run.plane for run in reading.runs] == [Plane.A, Plane.B]
    assert reading.rest == ()


@pytest.mark.parametrize(
    ("pointer", "numbers"),
    [
        ([0x00280012, 0x00181063], (0, 2, 4, 6)),
        ([0x00181063, 0x00280012], (0, 1, 2, 3)),
        ([0x00181063, 0x00285000], (0, 1, 2, 3)),
    ],
)
def test_the_pointer_goes_before_the_pictures(tmp_path, planes, pointer, numbers):
    a, b = planes(4)
    path = write_flavour(tmp_path, "biplane", a, other=b, FrameIncrementPointer=pointer)
    run = read_run(path, CONFIG)
    assert run.frame_numbers == numbers
    assert any("by Frame Increment Pointer (0028,0009)" in warning for warning in run.warnings)


def test_times_that_come_in_pairs_say_that_planes_take_turns(tmp_path, planes):
    a, _ = planes(3)
    vector = ["0", "0", "100", "0", "200", "0"]
    path = write_flavour(
        tmp_path,
        "biplane",
        a,
        other=a,
        FrameTimeVector=vector,
        FrameTime=None,
        FrameIncrementPointer=0x00181065,
    )
    first, second = read_file(path, CONFIG)
    assert first.frame_numbers == (0, 2, 4)
    for run in (first, second):
        np.testing.assert_allclose(np.diff(run.times_s), [0.1, 0.2], rtol=0.6)
        assert any("by Frame Time Vector (0018,1065)" in warning for warning in run.warnings)


def test_planes_that_look_alike_cannot_be_told_apart(tmp_path, planes):
    a, _ = planes(4)
    path = write_flavour(tmp_path, "biplane", a, other=a)
    with pytest.raises(
        InputError, match=r"neither Frame Increment Pointer .* nor the pictures tell"
    ) as caught:
        read_file(path, CONFIG)
    assert str(caught.value).startswith(f"{path}: ")


def test_without_a_sequence_plane_b_has_no_angles(tmp_path, planes):
    a, b = planes(4)
    path = write_flavour(
        tmp_path,
        "biplane",
        a,
        other=b,
        BiPlaneAcquisitionSequence=None,
        DistanceSourceToDetector="1100",
        DistanceSourceToPatient="760",
        ImagerPixelSpacing=[0.4, 0.4],
        PositionerPrimaryAngle="5",
        PositionerSecondaryAngle="6",
    )
    first, second = read_file(path, CONFIG)
    assert (first.geometry.primary_deg, first.geometry.secondary_deg) == (5.0, 6.0)
    assert (second.geometry.primary_deg, second.geometry.secondary_deg) == (None, None)
    assert first.geometry.pixel_mm == second.geometry.pixel_mm is not None
    assert any("does not describe two planes" in warning for warning in second.warnings)


def test_one_plane_in_a_biplane_file_is_one_run(tmp_path, planes):
    a, _ = planes(4)
    path = write_flavour(
        tmp_path,
        "biplane",
        replace(a, pixels=a.pixels[:2]),
        other=a,
        order="halves",
        Planes=1,
        NumberOfFrames=5,
    )
    (run,) = read_file(path, CONFIG)
    assert run.frames == 5
    assert any("Planes (0028,0012) is 1" in warning for warning in run.warnings)


def test_what_two_planes_cannot_share_is_refused(tmp_path, planes):
    a, b = planes(4)
    path = write_flavour(tmp_path, "biplane", a, other=b, NumberOfFrames=7)
    with pytest.raises(
        InputError, match=r"Number of Frames \(0028,0008\) is 7, which two planes cannot share"
    ):
        read_file(path, CONFIG)
    path = write_flavour(tmp_path, "biplane", a, other=b, NumberOfFrames=2)
    with pytest.raises(NotFluoroscopy, match="too few"):
        read_file(path, CONFIG)


def test_what_a_machine_omits_is_filled_in_for_each_plane(tmp_path, planes):
    a, b = planes(4)
    path = write_flavour(
        tmp_path,
        "biplane",
        a,
        other=b,
        BiPlaneAcquisitionSequence=None,
        DistanceSourceToDetector=None,
        DistanceSourceToPatient="760",
        ImagerPixelSpacing=[0.4, 0.4],
        PositionerPrimaryAngle=None,
        PositionerSecondaryAngle=None,
    )
    config = DicomConfig(
        geometry=GeometryOverride(sid_mm=1100, secondary_deg=4),
        geometry_a=GeometryOverride(primary_deg=10),
        geometry_b=GeometryOverride(primary_deg=95, sid_mm=1200, sod_mm=500),
    )
    first, second = read_file(path, config)
    # what a file states, here the source to the patient, stands
    assert first.geometry == CArm(10.0, 4.0, 1100.0, 760.0, (0.4, 0.4))
    assert second.geometry == CArm(95.0, 4.0, 1200.0, 760.0, (0.4, 0.4))
    assert any("95 is used instead" in warning for warning in second.warnings)


def test_a_single_plane_takes_neither_planes_own():
    config = DicomConfig(
        geometry=GeometryOverride(primary_deg=30),
        geometry_a=GeometryOverride(primary_deg=0),
        geometry_b=GeometryOverride(primary_deg=90),
    )
    assert override_for(Plane.SINGLE, config).primary_deg == 30.0
    assert [override_for(plane, config).primary_deg for plane in (Plane.A, Plane.B)] == [0.0, 90.0]
