"""A folder as an archive exports it: a biplane pair, a lone run, other kinds, a copy, a broken file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import uid

PLANTED = "Zzyzxowicz"
"""A name that stands in every header and must stand in no output."""
PATIENT = {
    "PatientName": f"{PLANTED}^Anna",
    "PatientID": PLANTED,
    "PatientComments": PLANTED,
    "StudyDescription": f"kyphoplasty {PLANTED}",
    "SeriesDescription": PLANTED,
    "ImageComments": PLANTED,
    "OperatorsName": PLANTED,
    "Manufacturer": PLANTED,
    "InstitutionName": PLANTED,
    "ProtocolName": PLANTED,
    "StationName": PLANTED,
}
A, B, LONE = "2.25.11", "2.25.12", "2.25.13"
OTHER_STUDY = "2.25.2002"


def write_mixed(write_xa: Callable[..., Path], scene: NDArray[np.uint16]) -> Path:
    """Write the folder and return it; runs sort as plane A, plane B, lone run."""
    folder = "mixed"

    def write(name: str, **elements: Any) -> Path:
        pixels = elements.pop("pixels", scene)
        return write_xa(pixels, f"{folder}/{name}", bits_stored=12, **{**PATIENT, **elements})

    when = {"AcquisitionDate": "20260101", "AcquisitionTime": "100000"}
    write(
        "a/plane_a.dcm",
        SOPInstanceUID=A,
        ImageType=["ORIGINAL", "PRIMARY", "BIPLANE A"],
        PositionerPrimaryAngle="30",
        PositionerSecondaryAngle="10",
        **when,
    )
    write(
        "a/plane_b.dcm",
        SOPInstanceUID=B,
        ImageType=["ORIGINAL", "PRIMARY", "BIPLANE B"],
        PositionerPrimaryAngle="90",
        **(when | {"AcquisitionTime": "100000.25"}),
    )
    lone = write(
        "b/lone.dcm",
        pixels=np.tile(scene, (2, 1, 1)),
        syntax=uid.JPEGLosslessSV1,
        SOPInstanceUID=LONE,
        StudyInstanceUID=OTHER_STUDY,
        SeriesInstanceUID="2.25.2003",
        FrameIncrementPointer=0x00181065,
        FrameTime=None,
        FrameTimeVector=[0, 100, 100, 12000, 100, 100, 100, 100],
        ImagerPixelSpacing=None,
    )
    shutil.copy(lone, lone.with_name("lone_copy.dcm"))
    for number in range(3):
        write(
            f"ct/{number}.dcm",
            SOPClassUID=uid.CTImageStorage,
            Modality="CT",
            NumberOfFrames=None,
            pixels=scene[:1],
            SOPInstanceUID=f"2.25.30{number}",
        )
    write("broken.dcm", SOPInstanceUID="2.25.40", Rows=5000)
    whole = lone.parents[1]
    (whole / "notes.txt").write_text(PLANTED, encoding="utf-8")
    return whole
