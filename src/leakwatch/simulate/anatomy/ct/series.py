"""A CT stored as a DICOM series."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread

from leakwatch.errors import InputError

if TYPE_CHECKING:
    import SimpleITK as sitk

_UNEVEN_MM = 0.1
_POSITION, _ORIENTATION = 0x00200032, 0x00200037


def read_series(folder: Path) -> sitk.Image:
    """Read the series of a folder that has most slices.

    Raises
    ------
    InputError
        There is no series, two have the same number of slices, slices are missing, or the gantry was
        tilted.
    """
    import SimpleITK as sitk

    reader = sitk.ImageSeriesReader()
    series = [reader.GetGDCMSeriesFileNames(str(folder), uid) for uid in reader.GetGDCMSeriesIDs(str(folder))]
    longest = max((len(names) for names in series), default=0)
    if longest < 3:
        msg = f"{folder.name}: holds no DICOM series of three slices or more"
        raise InputError(msg)
    chosen = sorted(names for names in series if len(names) == longest)
    if len(chosen) > 1:
        starts = " and ".join(Path(names[0]).name for names in chosen)
        msg = f"{folder.name}: holds {len(chosen)} series of {longest} slices, with {starts}; keep one"
        raise InputError(msg)
    _check_slices(folder, chosen[0])
    reader.SetFileNames(chosen[0])
    try:
        volume: sitk.Image = reader.Execute()
    except RuntimeError as error:
        msg = f"{folder.name}: its series cannot be read as one volume"
        raise InputError(msg) from error
    return volume


def _check_slices(folder: Path, names: tuple[str, ...]) -> None:
    """Hold slices to even steps along their common normal: ITK would read others as if they were."""
    headers = [
        dcmread(name, stop_before_pixels=True, specific_tags=[_POSITION, _ORIENTATION]) for name in names
    ]
    try:
        places = np.array([header.ImagePositionPatient for header in headers], float)
        right, down = np.array([header.ImageOrientationPatient for header in headers], float)[0].reshape(2, 3)
    except (AttributeError, TypeError, ValueError) as error:
        msg = f"{folder.name}: a slice lacks ImagePositionPatient (0020,0032) or its orientation"
        raise InputError(msg) from error
    steps = np.diff(places, axis=0)
    along = steps @ np.cross(right, down)
    if np.abs(steps - along[:, None] * np.cross(right, down)).max() > _UNEVEN_MM:
        msg = f"{folder.name}: slices are shifted against each other, as a tilted gantry leaves them"
        raise InputError(msg)
    if np.ptp(along) > _UNEVEN_MM:
        low, high = np.abs(along).min(), np.abs(along).max()
        msg = f"{folder.name}: slices are from {low:.2f} to {high:.2f} mm apart; some may be missing"
        raise InputError(msg)
