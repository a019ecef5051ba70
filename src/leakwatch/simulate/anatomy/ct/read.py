"""Reading a CT volume and its label map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leakwatch.errors import InputError
from leakwatch.simulate.anatomy.ct.segmentation import read_segmentation
from leakwatch.simulate.anatomy.ct.series import read_series

if TYPE_CHECKING:
    import SimpleITK as sitk

# A CT of 512 x 512 x 600 stored in 32 bits is 0.6 GB.
_LARGEST_BYTES = 1_300_000_000
# Fat is about -100 HU and in every body; dense bone is well above 200.
_FAT_HU, _BONE_HU, _HIGHEST_HU = -60, 200, 32767


def read_volume(path: Path) -> sitk.Image:
    """Read Hounsfield units: any format SimpleITK reads (NIfTI, NRRD, MetaImage), DICOM as a folder.

    The image keeps its own grid; ITK's physical space is LPS mm whatever the format says.

    Raises
    ------
    InputError
        There is no such file, it cannot be read, is not a volume of one value a voxel, is too large, or
        its values are not Hounsfield units.
    """
    import SimpleITK as sitk

    image = read_series(path) if path.is_dir() else _read_file(path)
    values = sitk.GetArrayViewFromImage(image)[::2, ::3, ::3]
    low, high = np.percentile(values, [0.5, 100])
    if not (np.isfinite(high) and low <= _FAT_HU and _BONE_HU <= high <= _HIGHEST_HU):
        msg = f"{path.name}: values from {values.min():g} to {values.max():g} are not Hounsfield units"
        raise InputError(msg)
    return image


def read_labels(path: Path) -> sitk.Image:
    """Read a label map as whole numbers of as few bits as they need, 0 for nothing.

    Any format SimpleITK reads, or one DICOM Segmentation of the CT, whose segment numbers are the labels.

    Raises
    ------
    InputError
        It cannot be read, or holds anything but whole numbers from 0 to 65535.
    """
    import SimpleITK as sitk

    if path.is_dir():
        msg = f"{path.name}: is a folder; a label map is one file"
        raise InputError(msg)
    image = read_segmentation(path) if _is_dicom(path) else _read_file(path)
    values = sitk.GetArrayViewFromImage(image)
    low, high = float(values.min()), float(values.max())
    thinned = values[::2, ::2, ::2]
    if not (low >= 0 and high <= 65535) or (values.dtype.kind == "f" and (thinned != np.rint(thinned)).any()):
        msg = f"{path.name}: values from {low:g} to {high:g} are not labels"
        raise InputError(msg)
    whole: sitk.Image = sitk.Cast(image, sitk.sitkUInt8 if high <= 255 else sitk.sitkUInt16)
    return whole


def _read_file(path: Path) -> sitk.Image:
    import SimpleITK as sitk

    if not path.is_file():
        msg = f"{path.name}: there is no such file or folder"
        raise InputError(msg)
    if _is_dicom(path):
        msg = f"{path.name}: is one DICOM file; name the folder that holds its series"
        raise InputError(msg)
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
        _check_size(path, reader)
        image: sitk.Image = reader.Execute()
    except RuntimeError as error:
        msg = f"{path.name}: is not a volume that can be read"
        raise InputError(msg) from error
    return image


def _check_size(path: Path, reader: sitk.ImageFileReader) -> None:
    size = reader.GetSize()
    if len(size) != 3 or min(size) < 2 or reader.GetNumberOfComponents() != 1:
        msg = f"{path.name}: has shape {size}; a volume of one value a voxel is needed"
        raise InputError(msg)
    import SimpleITK as sitk

    bytes_a_voxel = sitk.Image([1, 1], reader.GetPixelID()).GetSizeOfPixelComponent()
    stored = int(np.prod(size, dtype=np.int64)) * bytes_a_voxel
    if stored > _LARGEST_BYTES:
        msg = f"{path.name}: takes {stored / 1e9:.1f} GB; crop it, or store it in 16 bits"
        raise InputError(msg)


def _is_dicom(path: Path) -> bool:
    from pydicom.misc import is_dicom

    return path.is_file() and is_dicom(path)
