"""The mineral of one labelled bone of a CT, small enough to be projected often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from leakwatch.errors import InputError
from leakwatch.simulate.anatomy.ct.label import label_occupancy
from leakwatch.simulate.anatomy.ct.space import sampled
from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple

if TYPE_CHECKING:
    import SimpleITK as sitk

_RIM_MM = 6.0
_DENSE_HU = 1000.0


@dataclass(frozen=True, slots=True)
class LabelledBone:
    """One bone in the CT's LPS mm.

    Attributes
    ----------
    mineral
        Hounsfield units above water within the bone, in thousands: water-equivalent mm per mm.
    points_mm
        (n, 3) places within it, on which errors are measured.
    """

    mineral: VoxelGrid
    points_mm: NDArray[np.float64]
    centre_mm: Triple


def labelled_bone(volume: sitk.Image, labels: sitk.Image, label: int, voxel_mm: float = 1.5) -> LabelledBone:
    """Cut one bone out of a CT by its label.

    Parameters
    ----------
    volume, labels
        As `simulate.anatomy.ct.read` gives them; two grids in one frame of reference.

    Raises
    ------
    InputError
        The map does not hold the label.
    """
    import SimpleITK as sitk

    index = np.argwhere(sitk.GetArrayViewFromImage(labels) == label)[:, ::-1]
    if len(index) == 0:
        found = ", ".join(str(n) for n in np.unique(sitk.GetArrayViewFromImage(labels)) if n)
        msg = f"label {label} is not in the label map; it holds {found}"
        raise InputError(msg)
    low, high = index.min(axis=0), index.max(axis=0)
    corners = [
        labels.TransformIndexToPhysicalPoint([int(x), int(y), int(z)])
        for x in (low[0], high[0])
        for y in (low[1], high[1])
        for z in (low[2], high[2])
    ]
    box = triple(np.min(corners, axis=0) - _RIM_MM), triple(np.max(corners, axis=0) + _RIM_MM)
    occupancy = label_occupancy(labels, (label,), box, voxel_mm)
    hu = sampled(volume, box, voxel_mm, outside=0.0, mirror=False)
    values = np.clip(hu.values / np.float32(_DENSE_HU), 0, None) * occupancy.values
    mineral = VoxelGrid(hu.origin_mm, voxel_mm, np.asarray(values, np.float32))
    within = np.argwhere(occupancy.values > 0.5)
    points = occupancy.points_mm(within[:: max(1, len(within) // 400)])
    return LabelledBone(mineral, points, extent_of(occupancy).middle_mm)
