"""Read a run: everything but its pixels."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.capacity import check_capacity
from leakwatch.dicom.clock import read_clock, read_start
from leakwatch.dicom.geometry_tags import read_geometry
from leakwatch.dicom.header import Header, read_header
from leakwatch.dicom.identity import check_fluoroscopy, read_identity
from leakwatch.dicom.intensity import read_intensity
from leakwatch.dicom.keywords import GEOMETRY, PIXELS, TECHNIQUE
from leakwatch.dicom.layout import read_layout
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.shutter import read_shutter
from leakwatch.dicom.stream import moving_warnings
from leakwatch.dicom.values import joined, texts
from leakwatch.errors import InputError
from leakwatch.nouns import Run

_TOLD = (
    "ImageType",
    "SOPClassUID",
    "Modality",
    "NumberOfFrames",
    "FrameIncrementPointer",
    "FrameTime",
    "CineRate",
    "RecommendedDisplayFrameRate",
    *PIXELS,
    *GEOMETRY,
    "ShutterShape",
    "CollimatorShape",
    *TECHNIQUE,
)
_NOT_TOLD = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", "ModalityLUTSequence")


def read_run(path: Path, config: DicomConfig) -> Run:
    """Read one multi-frame XA or RF file without decoding a pixel.

    Raises
    ------
    NotFluoroscopy
        The file is sound but no fluoroscopy run: another kind of image, or a single picture.
    InputError
        The file is broken, contradicts itself, or needs what there is no decoder for; the message names
        file, tag and value.
    """
    with quiet() as breaches:
        header = read_header(path)
        try:
            return _read_run(header, config, breaches)
        except InputError:
            raise
        except OSError as error:
            msg = f"{path}: cannot be read ({error.strerror or error})"
            raise InputError(msg) from error


def _read_run(header: Header, config: DicomConfig, breaches: Sized) -> Run:
    check_fluoroscopy(header)
    layout = read_layout(header)
    check_capacity(header, layout, config)
    identity = read_identity(header)
    clock = read_clock(header, layout.frames, config.frame_time_ms)
    chain, intensity_warnings = read_intensity(header, layout)
    geometry, geometry_warnings = read_geometry(header, config.geometry)
    shutter, shutter_warnings = read_shutter(header, layout.rows, layout.columns)
    tags = _tags(header)  # the last values to be parsed, so that every breach has been counted
    return Run(
        paths=(header.path,),
        sop_instance_uid=identity.sop_instance_uid,
        study_instance_uid=identity.study_instance_uid,
        series_instance_uid=identity.series_instance_uid,
        modality=identity.modality,
        plane=identity.plane,
        rows=layout.rows,
        columns=layout.columns,
        times_s=clock.times_s,
        intensity=chain,
        geometry=geometry,
        start=read_start(header),
        shutter=shutter,
        partners=identity.partners,
        warnings=(
            *identity.warnings,
            *clock.warnings,
            *intensity_warnings,
            *moving_warnings(header, layout),
            *geometry_warnings,
            *shutter_warnings,
            *_file_warnings(header, len(breaches)),
        ),
        tags=tags,
    )


def _file_warnings(header: Header, breaches: int) -> list[str]:
    warnings = []
    if breaches:
        warnings.append(
            f"the header breaks DICOM's rules in {breaches} places; it was read as far as it goes"
        )
    return warnings


def _tags(header: Header) -> dict[str, str]:
    told = {
        keyword: joined(header, keyword)
        for keyword in _TOLD
        if keyword not in _NOT_TOLD and texts(header, keyword)
    }
    return {**told, "TransferSyntaxUID": str(header.syntax)}
