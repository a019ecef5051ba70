"""A small CT made from a parametric vertebra: a body in air with a rib and a gas pocket, on a table."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.anatomy.spine.build import build_spine_patient
from leakwatch.simulate.config.anatomy import CtSection, SpineSection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm

LABEL = 22
ELSEWHERE_MM = (31.0, -112.0, 640.0)
"""Where the treated body's centre lies in the CT."""
TISSUE_HU, FAT_HU, CORTICAL_HU = 40.0, -100.0, 1535.0


@dataclass(frozen=True)
class Phantom:
    """Arrays (x, y, z) on 1 mm voxels, centred on the treated body, and what they were made from."""

    hu: NDArray[np.int16]
    labels: NDArray[np.uint8]
    bodies: NDArray[np.uint8]
    origin_mm: tuple[float, float, float]
    patient: Patient


@cache
def phantom() -> Phantom:
    # Neighbours so far off that they are not in the volume: then all bone is one vertebra.
    section = SpineSection(voxel_mm=0.5, trabecular_variation=0.0, disc_height_mm=150.0, gas_pockets=0)
    patient = build_spine_patient(section, 30.0, np.random.SeedSequence(1))
    grid = empty_grid((-75.0, -65.0, -38.0), (75.0, 85.0, 38.0), 1.0)
    x, y, z = open_axes_mm(grid)
    hu = np.where((x / 65) ** 2 + ((y - 10) / 62) ** 2 + 0 * z < 1, TISSUE_HU, -1000.0)
    hu = np.where((hu > 0) & (y < -20), FAT_HU, hu)
    hu = np.where(x**2 + (y + 38) ** 2 + z**2 < 9**2, -1000.0, hu)
    hu = np.where((x - 52) ** 2 + (y - 5) ** 2 + 0 * z < 3**2, 800.0, hu)
    hu = np.where((np.abs(x) < 70) & (y > 78) & (y < 81) & (z > -99), 100.0, hu)
    hu = hu * (1 - on(patient.outer, grid)) + CORTICAL_HU * on(patient.bone, grid)
    return Phantom(
        np.rint(hu).astype(np.int16),
        np.where(on(patient.outer, grid) > 0.5, LABEL, 0).astype(np.uint8),
        (on(patient.treated, grid) > 0.5).astype(np.uint8),
        grid.origin_mm,
        patient,
    )


def on(source: VoxelGrid, grid: VoxelGrid) -> NDArray[np.float32]:
    """What a scanner of 1 mm sees of a finer grid."""
    blurred = ndimage.gaussian_filter(source.values, 0.4 * grid.voxel_mm / source.voxel_mm)
    start = (np.asarray(grid.origin_mm) - source.origin_mm) / source.voxel_mm
    ratio = np.full(3, grid.voxel_mm / source.voxel_mm)
    return ndimage.affine_transform(blurred, ratio, start, output_shape=grid.values.shape, order=1)


def image(values: NDArray[np.generic], origin_mm: tuple[float, float, float]) -> sitk.Image:
    made = sitk.GetImageFromArray(np.ascontiguousarray(values.transpose(2, 1, 0)))
    made.SetOrigin([a + b for a, b in zip(origin_mm, ELSEWHERE_MM, strict=True)])
    return made


def write(folder: Path) -> CtSection:
    """Write volume, labels and bodies as NIfTI; give the section that names them."""
    made = phantom()
    for name, values in (("ct", made.hu), ("labels", made.labels), ("bodies", made.bodies)):
        sitk.WriteImage(image(values, made.origin_mm), folder / f"{name}.nii.gz")
    return CtSection(
        volume=folder / "ct.nii.gz",
        labels=folder / "labels.nii.gz",
        body_labels=folder / "bodies.nii.gz",
        treated_label=LABEL,
        voxel_mm=0.8,
        trabecular_variation=0.0,
        gas_pockets=0,
    )
