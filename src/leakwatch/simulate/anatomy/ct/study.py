"""A CT volume and its labels, checked against each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.ct.body import largest_part, vertebral_body
from leakwatch.simulate.anatomy.ct.label import eroded, label_occupancy
from leakwatch.simulate.anatomy.ct.read import read_labels, read_volume
from leakwatch.simulate.anatomy.ct.space import Box, extent_mm
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple

if TYPE_CHECKING:
    import SimpleITK as sitk

_ROUND_MM = 6.0
_LEAST_ML = 0.5
# Muscle and liver are below, a thin old vertebra with its cortex above.
_BONE_MEAN_HU = 80.0
_NEXT_LEVEL_MM = (12.0, 60.0)


@dataclass(frozen=True, slots=True)
class LabelledPart:
    """One label: how many voxels, mean HU, and the box of its voxel centres, LPS mm."""

    value: int
    voxels: int
    mean_hu: float
    box: Box

    @property
    def middle_mm(self) -> Triple:
        """Centre of the box."""
        return triple(np.add(self.box[0], self.box[1]) / 2)


@dataclass(frozen=True, slots=True)
class CtStudy:
    """Volume in HU, label map and, where given, map of the bodies, each on its own grid."""

    volume: sitk.Image
    labels: sitk.Image
    bodies: sitk.Image | None
    parts: tuple[LabelledPart, ...]

    @property
    def spacing_mm(self) -> Triple:
        """The volume's voxels along the LPS axes."""
        turn = np.abs(np.reshape(self.volume.GetDirection(), (3, 3)))
        return triple(turn @ np.array(self.volume.GetSpacing()))

    @property
    def blur_mm(self) -> float:
        """How far a bone's mineral is smeared out beyond it."""
        return max(1.0, 0.5 * max(self.spacing_mm))

    def part(self, value: int) -> LabelledPart:
        """Find a label's part."""
        return next(part for part in self.parts if part.value == value)

    def movers(self, section: CtSection) -> tuple[int, ...]:
        """Labels of the bones that move with the treated one."""
        if section.bone_labels:
            return tuple(sorted({*section.bone_labels, section.treated_label}))
        dense = {part.value for part in self.parts if part.mean_hu > _BONE_MEAN_HU}
        return tuple(sorted(dense | {section.treated_label}))

    def reach_mm(self, values: tuple[int, ...]) -> Box:
        """Box of several labels."""
        boxes = np.array([part.box for part in self.parts if part.value in values])
        return triple(boxes[:, 0].min(axis=0)), triple(boxes[:, 1].max(axis=0))


def open_study(section: CtSection) -> CtStudy:
    """Read and check the files a section names.

    Raises
    ------
    InputError
        A file is refused.
    ValueError
        The label map does not hold the treated label, or there is no bone in the volume where it says.
    """
    # The label map first: where it is stored in many bytes, it is small by the time the volume comes.
    labels = read_labels(section.labels)
    bodies = None if section.body_labels is None else read_labels(section.body_labels)
    volume = read_volume(section.volume)
    parts = _parts(labels, volume)
    name = section.labels.name
    missing = [v for v in (section.treated_label, *section.bone_labels) if v not in {p.value for p in parts}]
    if missing:
        present = ", ".join(str(part.value) for part in parts) or "none"
        msg = f"{name}: holds no label {missing[0]} within the volume; there are {present}"
        raise ValueError(msg)
    study = CtStudy(volume, labels, bodies, parts)
    treated = study.part(section.treated_label)
    low, high = extent_mm(volume)
    if np.any(np.subtract(treated.box[0], low) < -_ROUND_MM) or np.any(
        np.subtract(high, treated.box[1]) < -_ROUND_MM
    ):
        msg = f"{name}: label {treated.value} reaches out of the volume; the two differ in frame of reference"
        raise ValueError(msg)
    if not treated.mean_hu > _BONE_MEAN_HU:
        msg = (
            f"{name}: label {treated.value} does not lie on bone: "
            f"the volume's mean there is {treated.mean_hu:.0f} HU"
        )
        raise ValueError(msg)
    return study


def treated_part(study: CtStudy, section: CtSection) -> tuple[VoxelGrid, VoxelGrid]:
    """Occupancy of the whole treated bone and of its treated part, in the CT's own place.

    Of a vertebra the body alone is treated: by the map of bodies, or cut off in front of the canal.

    Raises
    ------
    ValueError
        Nothing or next to nothing is left of it.
    """
    value = section.treated_label
    low, high = study.part(value).box
    round_mm = _ROUND_MM + max(study.labels.GetSpacing())
    box = triple(np.subtract(low, round_mm)), triple(np.add(high, round_mm))
    whole = label_occupancy(study.labels, (value,), box, section.voxel_mm)
    whole = replace(whole, values=largest_part(whole.values))
    treated = _body_of(study, section, whole, box)
    volume_ml = float(treated.values.sum()) * treated.voxel_mm**3 / 1000
    if volume_ml < _LEAST_ML:
        msg = f"{section.labels.name}: the treated part of label {value} holds {volume_ml:.2f} ml"
        raise ValueError(msg)
    return whole, treated


def next_level(study: CtStudy, section: CtSection, movers: tuple[int, ...]) -> VoxelGrid | None:
    """Space within the vertebral body above the treated one; None where there is none."""
    if section.site != "vertebra":
        return None
    height = study.part(section.treated_label).middle_mm[2]
    nearest, farthest = _NEXT_LEVEL_MM
    above = [
        part
        for part in study.parts
        if part.value in movers and nearest < part.middle_mm[2] - height < farthest
    ]
    if not above:
        return None
    label = min(above, key=lambda part: part.middle_mm[2]).value
    try:
        _, body = treated_part(study, section.model_copy(update={"treated_label": label}))
    except ValueError:
        return None
    return replace(body, values=eroded(body.values, body.voxel_mm))


def _body_of(study: CtStudy, section: CtSection, whole: VoxelGrid, box: Box) -> VoxelGrid:
    if section.site != "vertebra":
        return whole
    if study.bodies is None:
        return vertebral_body(whole)
    body = label_occupancy(study.bodies, section.body_values, box, section.voxel_mm)
    return replace(whole, values=largest_part(np.minimum(whole.values, body.values)))


def _parts(labels: sitk.Image, volume: sitk.Image) -> tuple[LabelledPart, ...]:
    """Measure every label of the map; what lies outside the volume has no HU and counts as air."""
    import SimpleITK as sitk

    alike = (
        labels.GetSize() == volume.GetSize()
        and np.allclose(labels.GetOrigin(), volume.GetOrigin(), atol=1e-2)
        and np.allclose(labels.GetSpacing(), volume.GetSpacing(), atol=1e-4)
        and np.allclose(labels.GetDirection(), volume.GetDirection(), atol=1e-4)
    )
    like = volume if alike else sitk.Resample(volume, labels, sitk.Transform(), sitk.sitkLinear, -1000.0)
    names, hu = sitk.GetArrayViewFromImage(labels), sitk.GetArrayViewFromImage(like)
    counts, sums = _tally(names, hu)
    found = ndimage.find_objects(names)
    parts = []
    for value in np.flatnonzero(counts):
        # Array axes are slices, rows, columns; ITK's index runs the other way.
        ways = found[value - 1][::-1]
        corners = [
            labels.TransformIndexToPhysicalPoint(
                [int(way.stop - 1 if end else way.start) for way, end in zip(ways, pick, strict=True)]
            )
            for pick in np.ndindex(2, 2, 2)
        ]
        box = triple(np.min(corners, axis=0)), triple(np.max(corners, axis=0))
        parts.append(LabelledPart(int(value), int(counts[value]), float(sums[value] / counts[value]), box))
    return tuple(parts)


def _tally(
    names: NDArray[np.unsignedinteger], hu: NDArray[np.generic]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count voxels and add HU for each label up to the highest, slice by slice: the volume is large."""
    highest = int(names.max()) + 1
    counts, sums = np.zeros(highest, np.int64), np.zeros(highest)
    for names_here, hu_here in zip(names, hu, strict=True):
        named = names_here > 0
        if named.any():
            here = names_here[named]
            counts += np.bincount(here, minlength=highest)
            sums += np.bincount(here, weights=hu_here[named], minlength=highest)
    return counts, sums
