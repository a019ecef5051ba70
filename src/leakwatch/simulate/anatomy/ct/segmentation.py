"""A label map stored as a DICOM Segmentation of a CT: a segment's number is its label."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread

from leakwatch.dicom.classes import SEGMENTATIONS
from leakwatch.dicom.quiet import quiet
from leakwatch.errors import InputError

if TYPE_CHECKING:
    import SimpleITK as sitk

_HEADER = ("SOPClassUID", "SegmentationType", "Rows", "Columns", "NumberOfFrames")
_MOST_VOXELS = 600_000_000


def read_segmentation(path: Path) -> sitk.Image:
    """Read the segments as one label map, its grid that of the slices they were drawn on.

    Raises
    ------
    InputError
        It is another kind of object, its segments overlap or are fractions, or its frames are no volume.
    """
    import highdicom as hd

    with quiet():
        _check_header(path)
        try:
            volume = hd.seg.segread(path).get_volume(combine_segments=True, dtype=np.uint16)
        # what a foreign file lacks comes as whatever reading it runs into
        except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
            msg = f"{path.name}: its segments cannot be read as one label map"
            overlapping = "overlap" in str(error).lower()
            raise InputError(f"{msg}: they overlap" if overlapping else msg) from error
    image: sitk.Image = volume.to_simpleitk()
    return image


def _check_header(path: Path) -> None:
    header = dcmread(path, stop_before_pixels=True, specific_tags=list(_HEADER))
    kind = header.get("SOPClassUID")
    if kind not in SEGMENTATIONS:
        named = getattr(kind, "name", "none")
        msg = f"{path.name}: a label map in DICOM is a Segmentation; SOPClassUID (0008,0016) is {named}"
        raise InputError(msg)
    if header.get("SegmentationType") == "FRACTIONAL":
        msg = f"{path.name}: SegmentationType (0062,0001) is FRACTIONAL: those are no labels"
        raise InputError(msg)
    voxels = int(header.get("Rows") or 0) * int(header.get("Columns") or 0)
    voxels *= int(header.get("NumberOfFrames") or 0)
    if voxels > _MOST_VOXELS:
        msg = f"{path.name}: holds {voxels / 1e6:.0f} million voxels; crop it, or store it as NIfTI"
        raise InputError(msg)
