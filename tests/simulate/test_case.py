import csv
import hashlib
import json
import shutil
import subprocess
from itertools import product
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
import tifffile
from pydicom.encaps import generate_frames

from leakwatch.errors import UsageError
from leakwatch.simulate.case import WrittenCase, write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.sample import DIGESTS, digest_list, write_samples
from leakwatch.simulate.testing import tiny_case, tiny_config

SAMPLES = Path(__file__).parents[2] / "sample_dicom"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> WrittenCase:
    return tiny_case(tmp_path_factory.mktemp("pair"), "disc", planes=2, size_px=64, frames=24)


def content(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def frames_of(path: Path) -> np.ndarray:
    dataset = pydicom.dcmread(path)
    count = int(dataset.NumberOfFrames)
    return np.stack(
        [imagecodecs.jpegls_decode(f) for f in generate_frames(dataset.PixelData, number_of_frames=count)]
    )


def test_the_same_configuration_and_seed_write_the_same_bytes(pair: WrittenCase, tmp_path: Path) -> None:
    again = tiny_case(tmp_path, "disc", planes=2, size_px=64, frames=24)
    assert content(again.folder) == content(pair.folder)


def test_a_case_replaces_an_older_one_and_leaves_nothing_behind(tmp_path: Path) -> None:
    old = tiny_case(tmp_path, None, planes=2, size_px=48, frames=3)
    new = tiny_case(tmp_path, None, planes=1, size_px=48, frames=3, seed=2)
    assert {path.name for path in tmp_path.iterdir()} == {"dicom", "truth", "outline.json"}
    assert [path.name for path in (tmp_path / "dicom").iterdir()] == ["runA.dcm"]
    assert not set(old.sop_instance_uids) & {path.name for path in new.truth.iterdir()}


def test_an_impossible_case_leaves_an_older_one_alone(tmp_path: Path) -> None:
    tiny_case(tmp_path, None, size_px=48, frames=3)
    before = content(tmp_path)
    with pytest.raises(ValueError, match="intra_articular"):
        tiny_case(tmp_path, "intra_articular", size_px=48, frames=20)
    assert content(tmp_path) == before


def test_a_case_that_breaks_off_leaves_an_older_one_alone(tmp_path: Path) -> None:
    tiny_case(tmp_path, None, size_px=48, frames=3)
    before = content(tmp_path)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_case(tiny_config(None, size_px=48, frames=3), 2, tmp_path, stop)
    assert content(tmp_path) == before
    assert not (tmp_path / ".writing").exists()


@pytest.mark.parametrize("name", ["dicom", "outline.json"])
def test_what_was_not_simulated_is_never_replaced(tmp_path: Path, name: str) -> None:
    theirs = tmp_path / name / "run.dcm" if name == "dicom" else tmp_path / name
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("theirs")
    with pytest.raises(UsageError, match="not simulated"):
        tiny_case(tmp_path, None, size_px=48, frames=3)
    assert theirs.read_text() == "theirs"


def test_a_bone_that_is_not_in_the_picture_is_known_before_any_frame(tmp_path: Path) -> None:
    base = tiny_config(None, size_px=48, frames=3).model_dump(by_alias=True)
    base["movement"] = {"jump_time_s": 0.0, "jump_mm": (0.0, 0.0, 0.0), "bone_mm": (400.0, 0.0, 0.0)}
    told: list[int] = []
    with pytest.raises(ValueError, match="not in the picture"):
        write_case(CaseSection.model_validate(base), 4, tmp_path, lambda done, total: told.append(done))
    assert told == []


def test_progress_counts_every_frame_of_every_run(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    config = tiny_config(None, planes=2, size_px=48, frames=3)
    write_case(config, 1, tmp_path, lambda done, total: told.append((done, total)))
    assert told == [(done, 6) for done in range(1, 7)]


def test_another_seed_writes_another_case(pair: WrittenCase, tmp_path: Path) -> None:
    other = tiny_case(tmp_path, "disc", planes=2, size_px=64, frames=24, seed=2)
    assert set(other.sop_instance_uids).isdisjoint(pair.sop_instance_uids)


def test_the_two_planes_name_each_other(pair: WrittenCase) -> None:
    a, b = (pydicom.dcmread(path, stop_before_pixels=True) for path in pair.dicom)
    assert (a.ImageType[2], b.ImageType[2]) == ("BIPLANE A", "BIPLANE B")
    for one, other in ((a, b), (b, a)):
        reference = one.ReferencedImageSequence[0]
        assert reference.ReferencedSOPInstanceUID == other.SOPInstanceUID
        assert reference.PurposeOfReferenceCodeSequence[0].CodeValue == "121314"
    assert (a.PositionerPrimaryAngle, b.PositionerPrimaryAngle) == (0, 90)
    assert a.StudyInstanceUID == b.StudyInstanceUID


def test_stored_frames_darken_where_cement_is(pair: WrittenCase) -> None:
    labels = tifffile.imread(pair.truth / pair.sop_instance_uids[0] / "labels.tif")
    stored = frames_of(pair.dicom[0]).astype(float)
    assert stored.shape == labels.shape
    cement = labels[-1] > 0
    assert stored[-1][cement].mean() < stored[4][cement].mean() - 5


def test_truth_files_agree_with_each_other(pair: WrittenCase) -> None:
    facts = json.loads((pair.truth / "case.json").read_text())
    for uid in pair.sop_instance_uids:
        area = facts["runs"][uid]["pixel_iso_mm"] ** 2
        labels = tifffile.imread(pair.truth / uid / "labels.tif")
        with (pair.truth / uid / "frames.csv").open(newline="") as handle:
            rows = list(csv.DictReader(handle))
        assert [float(row["cement_area_mm2"]) for row in rows] == pytest.approx(
            [np.count_nonzero(page) * area for page in labels], abs=1e-3
        )
        leak = np.array([np.count_nonzero(page == 2) * area for page in labels])
        assert [float(row["leak_area_mm2"]) for row in rows] == pytest.approx(leak, abs=1e-3)
        seen = np.flatnonzero(leak >= 3)
        assert facts["runs"][uid]["onset_visible_frame"] == (int(seen[0]) if len(seen) else None)


def test_outlines_name_the_runs_and_lie_in_the_picture(pair: WrittenCase) -> None:
    outlines = json.loads(pair.outline.read_text())
    assert outlines["schema"] == "leakwatch.outline/1"
    assert [o["sop_instance_uid"] for o in outlines["outlines"]] == list(pair.sop_instance_uids)
    for outline in outlines["outlines"]:
        polygon = np.array(outline["polygon_xy_px"])
        assert len(polygon) > 8
        assert polygon.min() >= 0
        assert polygon.max() <= 63


def variant(**chain: object) -> CaseSection:
    base = tiny_config(None, size_px=48, frames=3).model_dump(by_alias=True)
    syntax = chain.pop("transfer_syntax")
    return CaseSection.model_validate(base | {"chain": chain, "transfer_syntax": syntax})


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy is not installed")
@pytest.mark.parametrize(
    ("relationship", "layout", "syntax"),
    [
        (relationship, layout, syntax)
        for (relationship, layout), syntax in zip(
            product(("LIN", "LOG", "DISP"), ((8, 1, "MONOCHROME2"), (12, -1, "MONOCHROME2"))),
            ("jpeg_ls", "explicit_le", "explicit_le", "jpeg_ls", "jpeg_ls", "explicit_le"),
            strict=True,
        )
    ],
)
def test_files_follow_the_standard(
    relationship: str, layout: tuple[int, int, str], syntax: str, tmp_path: Path
) -> None:
    bits, sign, photometric = layout
    config = variant(
        relationship=relationship,
        bits_stored=bits,
        sign=sign,
        photometric=photometric,
        transfer_syntax=syntax,
    )
    case = write_case(config, 1, tmp_path)
    said = subprocess.run(["dciodvfy", "-new", case.dicom[0]], capture_output=True, text=True, check=False)
    assert [line for line in said.stderr.splitlines() if line.startswith("Error")] == []
    assert "XAImage" in said.stderr + said.stdout


def test_a_machine_may_store_white_as_low(tmp_path: Path) -> None:
    # Not allowed of XA by the standard, and met all the same.
    config = variant(relationship="LOG", sign=-1, photometric="MONOCHROME1", transfer_syntax="explicit_le")
    dataset = pydicom.dcmread(write_case(config, 1, tmp_path).dicom[0])
    assert dataset.PhotometricInterpretation == "MONOCHROME1"
    assert dataset.PixelIntensityRelationshipSign == -1


def test_uncompressed_and_compressed_frames_are_the_same(tmp_path: Path) -> None:
    # The syntax is part of the case's identity but not of its pictures.
    one = write_case(variant(relationship="LOG", transfer_syntax="jpeg_ls"), 1, tmp_path / "ls")
    two = write_case(variant(relationship="LOG", transfer_syntax="explicit_le"), 1, tmp_path / "le")
    assert np.array_equal(frames_of(one.dicom[0]), pydicom.dcmread(two.dicom[0]).pixel_array)


def test_the_committed_samples_are_what_their_digests_say() -> None:
    assert (SAMPLES / DIGESTS).read_text() == digest_list(SAMPLES)


def test_the_samples_are_small_enough_to_keep() -> None:
    assert sum(file.stat().st_size for file in SAMPLES.rglob("*") if file.is_file()) < 8_000_000


@pytest.mark.slow
def test_the_samples_can_be_made_again(tmp_path: Path) -> None:
    write_samples(tmp_path)
    made, kept = content(tmp_path), content(SAMPLES)
    assert made.keys() == kept.keys() - {"README.md"}
    for name in made:
        if name.endswith(".dcm"):
            # Another processor may round the odd quantum differently; nothing more.
            difference = frames_of(tmp_path / name).astype(int) - frames_of(SAMPLES / name)
            assert np.mean(difference != 0) < 1e-3
        elif name.endswith((".json", ".csv")):
            assert (tmp_path / name).stat().st_size == pytest.approx(
                (SAMPLES / name).stat().st_size, rel=0.01
            )
