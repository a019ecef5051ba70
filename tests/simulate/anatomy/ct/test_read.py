"""However a CT is stored, it is the same patient; and what is not a CT is refused by name."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from leakwatch.errors import InputError
from leakwatch.simulate.anatomy.ct.read import read_labels, read_volume
from leakwatch.simulate.anatomy.ct.space import sampled
from leakwatch.simulate.anatomy.ct.study import open_study
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.volume.grid import VoxelGrid

from .ct_phantom import write

# A box of the CT that is not symmetric in any way.
BOX = ((0.0, -140.0, 625.0), (70.0, -100.0, 660.0))


@pytest.fixture(scope="module")
def section(tmp_path_factory: pytest.TempPathFactory) -> CtSection:
    return write(tmp_path_factory.mktemp("ct"))


@pytest.fixture(scope="module")
def truth(section: CtSection) -> VoxelGrid:
    return in_box(section.volume)


def in_box(path: Path) -> VoxelGrid:
    return sampled(read_volume(path), BOX, 1.0, outside=-1000.0)


def write_series(
    folder: Path, image: sitk.Image, uid: str, *, skip: tuple[int, ...] = (), shear: float = 0.0
) -> None:
    folder.mkdir(exist_ok=True)
    values = sitk.GetArrayFromImage(image)
    spacing, origin = image.GetSpacing(), image.GetOrigin()
    for k, plane in enumerate(values):
        if k in skip:
            continue
        header = Dataset()
        header.file_meta = FileMetaDataset()
        header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        header.file_meta.MediaStorageSOPClassUID = header.SOPClassUID = CTImageStorage
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID = generate_uid()
        header.Modality, header.SeriesInstanceUID, header.StudyInstanceUID = "CT", uid, "1.2.3"
        header.FrameOfReferenceUID, header.InstanceNumber = "1.2.4", k + 1
        header.ImagePositionPatient = [origin[0], origin[1] + shear * k, origin[2] + k * spacing[2]]
        header.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        header.PixelSpacing, header.SliceThickness = [spacing[1], spacing[0]], spacing[2]
        header.Rows, header.Columns = plane.shape
        header.SamplesPerPixel, header.PhotometricInterpretation = 1, "MONOCHROME2"
        header.BitsAllocated, header.BitsStored, header.HighBit, header.PixelRepresentation = 16, 16, 15, 0
        header.RescaleSlope, header.RescaleIntercept = 1, -1024
        header.PixelData = (plane.astype(np.int32) + 1024).astype(np.uint16).tobytes()
        header.save_as(folder / f"{uid}-{len(values) - k:03}.dcm", enforce_file_format=True)


@pytest.mark.parametrize("axes", ["RAS", "PIR", "LSA"])
def test_stored_along_other_axes_it_is_the_same(
    section: CtSection, truth: VoxelGrid, tmp_path: Path, axes: str
) -> None:
    turned = sitk.DICOMOrient(sitk.ReadImage(section.volume), axes)
    sitk.WriteImage(turned, tmp_path / "turned.nii.gz")
    np.testing.assert_allclose(in_box(tmp_path / "turned.nii.gz").values, truth.values, atol=0.6)


@pytest.mark.parametrize("suffix", ["nrrd", "mha"])
def test_in_another_format_it_is_the_same(
    section: CtSection, truth: VoxelGrid, tmp_path: Path, suffix: str
) -> None:
    sitk.WriteImage(sitk.ReadImage(section.volume), tmp_path / f"ct.{suffix}")
    np.testing.assert_allclose(in_box(tmp_path / f"ct.{suffix}").values, truth.values, atol=0.6)


def test_stored_obliquely_it_is_the_same_but_for_interpolation(
    section: CtSection, truth: VoxelGrid, tmp_path: Path
) -> None:
    image = sitk.ReadImage(section.volume)
    angle = np.deg2rad(12)
    turn = [np.cos(angle), -np.sin(angle), 0.0, np.sin(angle), np.cos(angle), 0.0, 0.0, 0.0, 1.0]
    origin = (-65.0, -205.0, 600.0)
    oblique = sitk.Resample(
        image, (190, 190, 80), sitk.Transform(), sitk.sitkLinear, origin, (1, 1, 1), turn, -1000.0
    )
    sitk.WriteImage(oblique, tmp_path / "oblique.nii.gz")
    assert np.abs(in_box(tmp_path / "oblique.nii.gz").values - truth.values).mean() < 25


def test_a_dicom_series_is_the_same(section: CtSection, truth: VoxelGrid, tmp_path: Path) -> None:
    image = sitk.ReadImage(section.volume)
    write_series(tmp_path / "series", image, "1.2.5")
    write_series(tmp_path / "series", image[:, :, :4], "1.2.6")
    np.testing.assert_allclose(in_box(tmp_path / "series").values, truth.values, atol=0.6)


def test_two_series_of_one_length_are_refused(section: CtSection, tmp_path: Path) -> None:
    image = sitk.ReadImage(section.volume)[:, :, :5]
    for uid in ("1.2.5", "1.2.6"):
        write_series(tmp_path / "both", image, uid)
    with pytest.raises(InputError, match=r"both: holds 2 series of 5 slices"):
        read_volume(tmp_path / "both")


def test_a_missing_slice_is_refused(section: CtSection, tmp_path: Path) -> None:
    write_series(tmp_path / "gap", sitk.ReadImage(section.volume)[:, :, :9], "1.2.5", skip=(4,))
    with pytest.raises(InputError, match=r"gap: slices are from 1.00 to 2.00 mm apart"):
        read_volume(tmp_path / "gap")


def test_a_tilted_gantry_is_refused(section: CtSection, tmp_path: Path) -> None:
    write_series(tmp_path / "tilted", sitk.ReadImage(section.volume)[:, :, :9], "1.2.5", shear=0.3)
    with pytest.raises(InputError, match="tilted gantry"):
        read_volume(tmp_path / "tilted")


def test_a_folder_without_a_series_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no DICOM series"):
        read_volume(tmp_path)


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 1024), (0.001, 0)], ids=["offset", "scaled"])
def test_what_is_not_in_hounsfield_units_is_refused(
    section: CtSection, tmp_path: Path, scale: float, offset: int
) -> None:
    image = sitk.Cast(sitk.ReadImage(section.volume), sitk.sitkFloat32) * scale + offset
    sitk.WriteImage(image, tmp_path / "odd.nii.gz")
    with pytest.raises(InputError, match=r"odd.nii.gz: values from .* are not Hounsfield units"):
        read_volume(tmp_path / "odd.nii.gz")


def test_a_file_that_is_no_volume_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.nii.gz").write_text("not a volume")
    with pytest.raises(InputError, match=r"notes.nii.gz: is not a volume"):
        read_volume(tmp_path / "notes.nii.gz")
    with pytest.raises(InputError, match=r"absent.nrrd: there is no such"):
        read_volume(tmp_path / "absent.nrrd")


def test_one_slice_of_a_series_is_not_taken_for_it(section: CtSection, tmp_path: Path) -> None:
    write_series(tmp_path / "series", sitk.ReadImage(section.volume)[:, :, :3], "1.2.5")
    with pytest.raises(InputError, match="name the folder"):
        read_volume(next((tmp_path / "series").iterdir()))
    with pytest.raises(InputError, match="series: is a folder"):
        read_labels(tmp_path / "series")
    with pytest.raises(InputError, match=r"is a Segmentation; SOPClassUID \(0008,0016\) is CT Image Storage"):
        read_labels(next((tmp_path / "series").iterdir()))


def test_a_volume_is_no_label_map(section: CtSection) -> None:
    with pytest.raises(InputError, match="are not labels"):
        read_labels(section.volume)


def test_a_label_that_is_not_there_is_answered_with_those_that_are(section: CtSection) -> None:
    with pytest.raises(ValueError, match=r"labels.nii.gz: holds no label 4 .* there are 22"):
        open_study(section.model_copy(update={"treated_label": 4}))


def test_labels_in_another_frame_of_reference_are_refused(section: CtSection, tmp_path: Path) -> None:
    labels = sitk.ReadImage(section.labels)
    labels.SetOrigin([0.0, 0.0, 0.0])
    sitk.WriteImage(labels, tmp_path / "elsewhere.nii.gz")
    with pytest.raises(ValueError, match="frame of reference"):
        open_study(section.model_copy(update={"labels": tmp_path / "elsewhere.nii.gz"}))


def test_labels_that_miss_the_bone_are_refused(section: CtSection, tmp_path: Path) -> None:
    labels = sitk.ReadImage(section.labels)
    x, y, z = labels.GetOrigin()
    labels.SetOrigin([x - 28.0, y - 15.0, z])
    sitk.WriteImage(labels, tmp_path / "beside.nii.gz")
    with pytest.raises(ValueError, match="does not lie on bone"):
        open_study(section.model_copy(update={"labels": tmp_path / "beside.nii.gz"}))


def test_labels_on_a_coarser_grid_find_the_same_bone(section: CtSection, tmp_path: Path) -> None:
    labels = sitk.ReadImage(section.labels)
    coarse = sitk.Resample(
        labels,
        (76, 76, 39),
        sitk.Transform(),
        sitk.sitkNearestNeighbor,
        labels.GetOrigin(),
        (2.0, 2.0, 2.0),
        labels.GetDirection(),
    )
    sitk.WriteImage(coarse, tmp_path / "coarse.nii.gz")
    fine, found = (
        open_study(section.model_copy(update={"labels": path})).parts[0]
        for path in (section.labels, tmp_path / "coarse.nii.gz")
    )
    np.testing.assert_allclose(found.middle_mm, fine.middle_mm, atol=2.0)
    assert found.mean_hu == pytest.approx(fine.mean_hu, rel=0.15)
