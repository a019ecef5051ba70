"""What is taken from a CT: the bone that is laid on the views, its treated part, and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leakwatch.ct.bone import LabelledBone, labelled_bone
from leakwatch.errors import InputError
from leakwatch.nouns import Site
from leakwatch.simulate.anatomy.ct.label import label_occupancy
from leakwatch.simulate.anatomy.ct.study import CtStudy, open_study, treated_part
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import triple

_VOXEL_MM = 0.8
_ROUND_MM = 3.0
_UNIFORM = 1 / np.sqrt(12.0)


@dataclass(frozen=True, slots=True)
class CtParts:
    """Parts of a CT, all in its own LPS mm.

    Attributes
    ----------
    bone
        The whole labelled bone, for the registration.
    body
        Occupancy of what is treated: of a vertebra its body.
    regions
        Occupancy of each named neighbour.
    edge_mm
        Standard deviation of a surface that is known to within a voxel of the label map.
    """

    site: Site
    bone: LabelledBone
    body: VoxelGrid
    regions: dict[str, VoxelGrid]
    edge_mm: float


def cut_parts(section: CtSection, regions: Mapping[str, int]) -> CtParts:
    """Cut a CT by its labels.

    Parameters
    ----------
    regions
        Name of each neighbour (``canal``, ``disc_superior``, ...) and its value in the label map.

    Raises
    ------
    InputError
        A file is refused, a label is not in the map, or what it marks is no bone.
    """
    try:
        study = open_study(section)
        _, body = treated_part(study, section)
    except ValueError as error:
        raise InputError(str(error)) from error
    known = {part.value for part in study.parts}
    for name, value in regions.items():
        if value not in known:
            msg = f"{section.labels.name}: holds no label {value} for the region {name!r} within the volume"
            raise InputError(msg)
    return CtParts(
        Site(section.site),
        labelled_bone(study.volume, study.labels, section.treated_label),
        body,
        {name: _region(study, value) for name, value in regions.items()},
        float(_UNIFORM * max(study.labels.GetSpacing())),
    )


def _region(study: CtStudy, value: int) -> VoxelGrid:
    low, high = study.part(value).box
    box = triple(np.subtract(low, _ROUND_MM)), triple(np.add(high, _ROUND_MM))
    return label_occupancy(study.labels, (value,), box, _VOXEL_MM)
