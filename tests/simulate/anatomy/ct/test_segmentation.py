"""A label map in DICOM is the same label map; what is none is refused by name."""

from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid

from leakwatch.errors import InputError
from leakwatch.simulate.anatomy.ct.read import read_labels

from .test_read import write_series

LABELS = (22, 300)
DRAWN = hd.seg.SegmentationTypeValues


@pytest.fixture(scope="module")
def labels() -> NDArray[np.uint16]:
    """Two boxes, (slices, rows, columns), symmetric in no way."""
    values = np.zeros((9, 20, 24), np.uint16)
    values[2:6, 3:12, 4:10] = LABELS[0]
    values[4:8, 10:18, 12:20] = LABELS[1]
    return values


@pytest.fixture(scope="module")
def slices(labels: NDArray[np.uint16], tmp_path_factory: pytest.TempPathFactory) -> list[Dataset]:
    folder = tmp_path_factory.mktemp("slices")
    write_series(folder, like(labels), "1.2.5")
    found = [dcmread(path) for path in folder.iterdir()]
    for one in found:
        one.PatientID = one.PatientName = one.PatientBirthDate = one.PatientSex = ""
        one.AccessionNumber = one.StudyID = one.StudyDate = one.StudyTime = ""
        one.SeriesNumber = 1
    return sorted(found, key=lambda one: float(one.ImagePositionPatient[2]))


def like(values: NDArray[np.generic]) -> sitk.Image:
    image = sitk.GetImageFromArray(values.astype(np.int16))
    image.SetOrigin([-31.0, 17.0, 602.0])
    image.SetSpacing([0.8, 1.1, 2.5])
    return image


def written(
    folder: Path, slices: list[Dataset], pixels: NDArray[np.generic], kind: hd.seg.SegmentationTypeValues
) -> Path:
    numbers = LABELS if kind is DRAWN.LABELMAP else range(1, len(LABELS) + 1)
    described = [
        hd.seg.SegmentDescription(
            number,
            f"bone {number}",
            codes.SCT.AnatomicalStructure,
            codes.SCT.Bone,
            hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number in numbers
    ]
    made = hd.seg.Segmentation(
        slices, pixels, kind, described, generate_uid(), 2, generate_uid(), 1, "us", "model", "1", "serial"
    )
    path = folder / f"{kind.value}.dcm"
    made.save_as(path)
    return path


def test_a_label_map_segmentation_is_the_same(
    labels: NDArray[np.uint16], slices: list[Dataset], tmp_path: Path
) -> None:
    found = read_labels(written(tmp_path, slices, labels, DRAWN.LABELMAP))
    again = sitk.Resample(found, like(labels), sitk.Transform(), sitk.sitkNearestNeighbor)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(again), labels)


def test_segments_are_labels_by_their_numbers(
    labels: NDArray[np.uint16], slices: list[Dataset], tmp_path: Path
) -> None:
    numbered = np.searchsorted([0, *LABELS], labels).astype(np.uint8)
    found = read_labels(written(tmp_path, slices, numbered, DRAWN.BINARY))
    assert found.GetPixelID() == sitk.sitkUInt8
    again = sitk.Resample(found, like(labels), sitk.Transform(), sitk.sitkNearestNeighbor)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(again), numbered)


def test_segments_that_overlap_are_no_label_map(
    labels: NDArray[np.uint16], slices: list[Dataset], tmp_path: Path
) -> None:
    both = np.stack([labels > 0, labels == LABELS[1]], axis=-1).astype(np.uint8)
    path = written(tmp_path, slices, both, DRAWN.BINARY)
    with pytest.raises(InputError, match=r"BINARY.dcm: .* as one label map: they overlap"):
        read_labels(path)


def test_fractions_are_no_labels(labels: NDArray[np.uint16], slices: list[Dataset], tmp_path: Path) -> None:
    parts = np.stack([labels == label for label in LABELS], axis=-1).astype(np.float32)
    path = written(tmp_path, slices, parts, DRAWN.FRACTIONAL)
    with pytest.raises(InputError, match=r"FRACTIONAL.dcm: SegmentationType \(0062,0001\) is FRACTIONAL"):
        read_labels(path)


def test_a_segmentation_without_its_frames_is_refused(
    labels: NDArray[np.uint16], slices: list[Dataset], tmp_path: Path
) -> None:
    path = written(tmp_path, slices, labels, DRAWN.LABELMAP)
    broken = dcmread(path)
    del broken.PerFrameFunctionalGroupsSequence
    broken.save_as(path)
    with pytest.raises(InputError, match=r"LABELMAP.dcm: its segments cannot be read"):
        read_labels(path)
