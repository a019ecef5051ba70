"""Outlines from an RT Structure Set: one bone a region of interest (PS3.3 C.8.8.5, C.8.8.6).

Contours are millimetres in the patient, and a projection does not say where it lies in the patient. Tools
that draw on one all the same lay its first pixel's centre at the origin, rows and columns along the axes, and
pixels as far apart as Imager Pixel Spacing says; that is how contours on a run are read, and it is said.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom import Dataset

from leakwatch.dicom.values import items, numbers_in, text_in, whole_in
from leakwatch.errors import OutlineError
from leakwatch.outline.drawing import Drawing, Drawn
from leakwatch.outline.pictures import Pictures
from leakwatch.outline.reference import first_place

TAGS = ("StructureSetROISequence", "ROIContourSequence")


def drawings_in_structure_set(path: Path, dataset: Dataset, pictures: Pictures) -> Drawn:
    """Read every closed planar contour that names a picture.

    Raises
    ------
    OutlineError
        A contour names no picture, is not closed, or its run states no Imager Pixel Spacing.
    """
    names = {
        whole_in(roi, "ROINumber"): text_in(roi, "ROIName")
        for roi in items(dataset, "StructureSetROISequence")
    }
    drawings: list[Drawing] = []
    for roi in items(dataset, "ROIContourSequence"):
        name = names.get(whole_in(roi, "ReferencedROINumber"), "")
        for contour in items(roi, "ContourSequence"):
            place = first_place(items(contour, "ContourImageSequence"))
            kind = text_in(contour, "ContourGeometricType")
            points = np.array(numbers_in(contour, "ContourData"), np.float64)
            if place is None or kind != "CLOSED_PLANAR" or points.size % 3:
                why = (
                    "names no picture (Contour Image Sequence (3006,0016))"
                    if place is None
                    else f"has Contour Geometric Type (3006,0042) {kind[:20]!r}; CLOSED_PLANAR is read"
                    if kind != "CLOSED_PLANAR"
                    else "has Contour Data (3006,0050) that are no points"
                )
                msg = f"{path}: a contour of {name[:40]!r} {why}"
                raise OutlineError(msg)
            spacing_mm = (1.0, 1.0)
            run = pictures.run_at(place)
            if run is not None and run.geometry.imager_spacing_mm is None:
                msg = (
                    f"{path}: contours are in millimetres, and SOP Instance UID {place.sop_instance_uid} "
                    "states no Imager Pixel Spacing (0018,1164)"
                )
                raise OutlineError(msg)
            if run is not None and run.geometry.imager_spacing_mm is not None:
                spacing_mm = run.geometry.imager_spacing_mm
            polygon = points.reshape(-1, 3)[:, :2] / np.array([spacing_mm[1], spacing_mm[0]])
            drawings.append(Drawing(place.sop_instance_uid, place.frame, name, polygon))
    said = (
        f"{path}: a projection has no place in the patient; contours are read as if its first pixel lay at "
        "the origin and its pixels Imager Pixel Spacing (0018,1164) apart"
    )
    return Drawn(tuple(drawings), (said,) if drawings else ())
