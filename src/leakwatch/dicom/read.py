"""Read a run: everything but its pixels."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.biplane import split_planes
from leakwatch.dicom.capacity import check_capacity
from leakwatch.dicom.clock import read_clock, read_start
from leakwatch.dicom.enhanced import read_enhanced
from leakwatch.dicom.geometry_tags import override_for, read_geometry
from leakwatch.dicom.header import Header, read_header
from leakwatch.dicom.identity import check_fluoroscopy, is_biplane, is_enhanced, read_identity
from leakwatch.dicom.intensity import read_intensity
from leakwatch.dicom.keywords import GEOMETRY, PIXELS, TECHNIQUE
from leakwatch.dicom.layout import Layout, read_layout
from leakwatch.dicom.per_frame import read_per_frame
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.recording import Recording
from leakwatch.dicom.shutter import read_shutter
from leakwatch.dicom.stream import moving_warnings
from leakwatch.dicom.values import joined, named, texts
from leakwatch.errors import InputError
from leakwatch.nouns import Run

_TOLD = (
    "ImageType",
    "BurnedInAnnotation",
    "SOPClassUID",
    "Modality",
    "PlanesInAcquisition",
    "PlaneIdentification",
    "NumberOfFrames",
    "FrameIncrementPointer",
    "FrameTime",
    "CineRate",
    "RecommendedDisplayFrameRate",
    *PIXELS,
    *GEOMETRY,
    "DistanceSourceToIsocenter",
    "ShutterShape",
    "CollimatorShape",
    *TECHNIQUE,
)
_NOT_TOLD = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths", "ModalityLUTSequence")


def read_file(path: Path, config: DicomConfig) -> tuple[Run, ...]:
    """Read the runs in one file: one, or both planes of the retired biplane class.

    No pixel is decoded, except some of a biplane file that does not say how its frames are ordered.

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
            check_fluoroscopy(header)
            layout = read_layout(header)
            check_capacity(header, layout, config)
            recordings = _recordings(header, layout, config)
            return tuple(_read_run(one, layout, config, breaches) for one in recordings)
        except InputError:
            raise
        except OSError as error:
            msg = f"{path}: cannot be read ({error.strerror or error})"
            raise InputError(msg) from error


def read_run(path: Path, config: DicomConfig) -> Run:
    """Read the run of one file, or the first of two; raises as `read_file`."""
    return read_file(path, config)[0]


def _recordings(header: Header, layout: Layout, config: DicomConfig) -> tuple[Recording, ...]:
    if is_biplane(header):
        return split_planes(header, layout, config)
    enhanced = read_enhanced(header, layout.frames, config.frame_time_ms)
    if enhanced is not None:
        return (enhanced,)
    clock = read_clock(header, layout.frames, config.frame_time_ms)
    per_frame, warnings = read_per_frame(header, layout.frames)
    if is_enhanced(header):
        groups = f"{named('SharedFunctionalGroupsSequence')} and {named('PerFrameFunctionalGroupsSequence')}"
        warnings = (f"{groups} are missing; the file is read as a classic one", *warnings)
    return (Recording(header, clock, per_frame, warnings),)


def _read_run(recording: Recording, layout: Layout, config: DicomConfig, breaches: Sized) -> Run:
    header, clock = recording.header, recording.clock
    identity = read_identity(header)
    chain, intensity_warnings = read_intensity(header, layout, bone_is_bright=config.bone == "bright")
    plane = recording.plane or identity.plane
    geometry, geometry_warnings = read_geometry(header, override_for(plane, config))
    shutter, shutter_warnings = read_shutter(header, layout.rows, layout.columns)
    tags = _tags(header)  # the last values to be parsed, so that every breach has been counted
    return Run(
        paths=(header.path,),
        sop_instance_uid=recording.sop_instance_uid or identity.sop_instance_uid,
        study_instance_uid=identity.study_instance_uid,
        series_instance_uid=identity.series_instance_uid,
        modality=identity.modality,
        plane=plane,
        rows=layout.rows,
        columns=layout.columns,
        times_s=clock.times_s,
        intensity=chain,
        geometry=geometry,
        start=read_start(header),
        shutter=shutter,
        partners=identity.partners if recording.partners is None else recording.partners,
        warnings=(
            *identity.warnings,
            *clock.warnings,
            *intensity_warnings,
            *moving_warnings(header, layout),
            *geometry_warnings,
            *recording.warnings,
            *shutter_warnings,
            *_file_warnings(header, len(breaches)),
        ),
        tags=tags,
        frame_numbers=recording.frame_numbers,
        per_frame=recording.per_frame,
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
