import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.encaps import generate_frames

from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.files.dicom_writer import run_identities, write_run
from leakwatch.simulate.machine.clock import frame_times_s

FRAMES = 6
GAP = {"pedal_gaps": [{"after_s": 0.3, "duration_s": 2.5}]}
ALTERNATING = {
    "layout": "single",
    "views": [
        {"start_s": 0},
        {"start_s": 4, "primary_deg": 90, "frames": 4},
        {"start_s": 8, "frames_per_s": 3},
    ],
}
CIRCLE = {"form": "circle", "half_width_mm": 8.0, "stated": True}
BLADES = {"form": "rectangle", "half_width_mm": 8.0, "half_height_mm": 6.0, "stated": True}


def case(machine: dict[str, object] | None = None, **asked: object) -> CaseSection:
    small = {"rows": 48, "columns": 64, "frames": FRAMES}
    return CaseSection.model_validate({"machine": small | (machine or {})} | asked)


def noise(config: CaseSection, plane: int) -> Iterator[NDArray[np.uint16]]:
    rng, machine = np.random.default_rng(plane), config.machine
    for _ in frame_times_s(machine, machine.views[plane]):
        high = 2**config.chain.bits_stored
        yield rng.integers(0, high, (machine.rows, machine.columns), np.uint16, endpoint=False)


def written(config: CaseSection, folder: Path) -> list[Path]:
    paths = []
    for identity in run_identities("d" * 64, config.machine):
        paths.append(folder / f"{identity.plane}.dcm")
        write_run(paths[-1], noise(config, identity.plane), config, "d" * 64, identity)
    return paths


def headers(config: CaseSection, folder: Path) -> list[pydicom.Dataset]:
    return [pydicom.dcmread(path, stop_before_pixels=True) for path in written(config, folder)]


CASES = {
    "lin 16 bits": case(chain={"relationship": "LIN", "bits_stored": 16}),
    "log 8 bits": case(chain={"relationship": "LOG", "bits_stored": 8}),
    "log 16 bits": case(chain={"relationship": "LOG", "bits_stored": 16, "sign": -1}),
    "disp 10 bits": case(chain={"relationship": "DISP", "bits_stored": 10, "display_gamma": 0.7}),
    "disp 12 bits, text": case(
        chain={"relationship": "DISP", "bits_stored": 12}, processing={"burned_in_text": "FLUORO 12.3"}
    ),
    "gap": case(GAP),
    "gap, rf": case(GAP, storage="rf"),
    "one arm": case(ALTERNATING),
    "one arm, rf, raw": case(ALTERNATING, storage="rf", transfer_syntax="explicit_le"),
    "circle": case(collimator=CIRCLE),
    "blades, rf": case(collimator=BLADES, storage="rf"),
    "wide open": case(collimator=CIRCLE | {"half_width_mm": 400.0}),
    "oblique": case({"views": [{"primary_deg": -27.5, "secondary_deg": 12.25}]}),
}


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy is not installed")
@pytest.mark.parametrize("config", CASES.values(), ids=CASES.keys())
def test_files_follow_the_standard(config: CaseSection, tmp_path: Path) -> None:
    for path in written(config, tmp_path):
        said = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True, check=False)
        assert [line for line in said.stderr.splitlines() if line.startswith("Error")] == []
        assert {"xa": "XAImage", "rf": "XRFImage"}[config.storage] in said.stderr + said.stdout


@pytest.mark.parametrize("bits", range(8, 17))
@pytest.mark.parametrize("syntax", ["jpeg_ls", "explicit_le"])
def test_every_depth_comes_back_bit_for_bit(bits: int, syntax: str, tmp_path: Path) -> None:
    config = case({"views": [{}]}, chain={"bits_stored": bits}, transfer_syntax=syntax)
    dataset = pydicom.dcmread(written(config, tmp_path)[0])
    if syntax == "jpeg_ls":
        coded = generate_frames(dataset.PixelData, number_of_frames=FRAMES)
        read = np.stack([imagecodecs.jpegls_decode(frame) for frame in coded])
    else:
        read = dataset.pixel_array
    assert dataset.BitsStored == bits
    assert np.array_equal(read, np.stack(list(noise(config, 0))))


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    config = case(GAP)
    once = [path.read_bytes() for path in written(config, tmp_path)]
    assert [path.read_bytes() for path in written(config, tmp_path)] == once


def test_a_pedal_gap_stands_in_the_frame_time_vector(tmp_path: Path) -> None:
    config = case(GAP)
    for dataset, view in zip(headers(config, tmp_path), config.machine.views, strict=True):
        assert dataset.FrameIncrementPointer == 0x00181065
        assert "FrameTime" not in dataset
        steps_ms = np.array([float(step) for step in dataset.FrameTimeVector])
        assert steps_ms[0] == 0
        assert np.cumsum(steps_ms) / 1000 == pytest.approx(frame_times_s(config.machine, view), abs=1e-6)
        assert steps_ms.max() == pytest.approx(2500 + 1000 / 7.5)
        assert steps_ms.sum() == pytest.approx(2500 + (FRAMES - 1) * 1000 / 7.5)


def test_without_a_gap_one_frame_time_says_it(tmp_path: Path) -> None:
    dataset = headers(case(), tmp_path)[0]
    assert dataset.FrameIncrementPointer == 0x00181063
    assert float(dataset.FrameTime) == pytest.approx(1000 / 7.5)


def test_one_arm_makes_an_object_of_each_view(tmp_path: Path) -> None:
    runs = headers(case(ALTERNATING), tmp_path)
    assert [run.ImageType[2] for run in runs] == ["SINGLE PLANE"] * 3
    assert [run.InstanceNumber for run in runs] == [1, 2, 3]
    assert [run.AcquisitionNumber for run in runs] == [1, 2, 3]
    times = [str(run.AcquisitionDateTime)[8:] for run in runs]
    assert times == ["100000.000000", "100004.000000", "100008.000000"]
    assert [run.NumberOfFrames for run in runs] == [FRAMES, 4, FRAMES]
    assert [run.PositionerPrimaryAngle for run in runs] == [0, 90, 0]
    assert float(runs[2].FrameTime) == pytest.approx(1000 / 3)
    assert not any("ReferencedImageSequence" in run for run in runs)
    assert len({run.SOPInstanceUID for run in runs}) == 3


def test_a_start_that_rounds_up_to_a_minute_is_a_time(tmp_path: Path) -> None:
    late = case({"views": [{"start_s": 59.9999999}]})
    assert headers(late, tmp_path)[0].AcquisitionTime == "100100.000000"


@pytest.mark.parametrize(("text", "said"), [("FLUORO 12.3", "YES"), ("", "NO")])
def test_burned_in_text_is_declared(text: str, said: str, tmp_path: Path) -> None:
    assert headers(case(processing={"burned_in_text": text}), tmp_path)[0].BurnedInAnnotation == said


def test_the_lead_is_stated_only_if_asked(tmp_path: Path) -> None:
    assert "CollimatorShape" not in headers(case(collimator=CIRCLE | {"stated": False}), tmp_path)[0]
    blades = headers(case(collimator=BLADES), tmp_path)[0]
    assert blades.CollimatorShape == "RECTANGULAR"
    pixel_mm = case().machine.pixel_mm
    width = blades.CollimatorRightVerticalEdge - blades.CollimatorLeftVerticalEdge
    height = blades.CollimatorLowerHorizontalEdge - blades.CollimatorUpperHorizontalEdge
    assert (width * pixel_mm, height * pixel_mm) == pytest.approx((16, 12), abs=pixel_mm)
    iris = headers(case(collimator=CIRCLE), tmp_path)[0]
    assert iris.CollimatorShape == "CIRCULAR"
    assert iris.RadiusOfCircularCollimator * pixel_mm == pytest.approx(8, abs=pixel_mm)


def test_voltage_is_the_beams(tmp_path: Path) -> None:
    assert float(headers(case(beam={"kvp": 72.5}), tmp_path)[0].KVP) == 72.5
