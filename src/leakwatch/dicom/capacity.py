"""Whether a file can hold what its header claims, found out without decoding."""

from __future__ import annotations

from pathlib import Path

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.fragments import group_frames, scan_fragments
from leakwatch.dicom.header import Header
from leakwatch.dicom.inflate import open_dataset
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.offset_table import extended_offsets
from leakwatch.dicom.stream import count_pictures
from leakwatch.dicom.values import named
from leakwatch.errors import InputError, NotFluoroscopy

_DEFLATE_RATIO = 1032
"""Deflate cannot shrink by more (zlib technical details)."""
_TRAP_RATIO, _TRAP_BYTES = 100, 64 << 20
"""X-ray pictures have noise and shrink by 2 or 3: what claims so much more, and is large, is a trap."""


def check_capacity(header: Header, layout: Layout, config: DicomConfig) -> None:
    """Refuse a matrix or a frame count that is over the limits or larger than the file.

    Raises
    ------
    NotFluoroscopy
        There are too few frames to be a run.
    InputError
        Anything else that does not fit.
    """
    for keyword, value in (("Rows", layout.rows), ("Columns", layout.columns)):
        if value > config.max_matrix:
            msg = f"{header.path}: {named(keyword)} is {value}, over the limit of {config.max_matrix}"
            raise InputError(msg)
    count = f"{header.path}: {named('NumberOfFrames')} is {layout.frames}"
    if layout.frames < config.min_frames:
        raise NotFluoroscopy(too_few(header.path, layout.frames, config))
    if layout.frames > config.max_frames:
        msg = f"{count}, over the limit of {config.max_frames}"
        raise InputError(msg)
    claimed = layout.frames * layout.frame_bytes
    if header.deflated and claimed > max(_TRAP_BYTES, _TRAP_RATIO * header.path.stat().st_size):
        msg = f"{count}, more than {_TRAP_RATIO} times the size of the deflated file, and is taken for a trap"
        raise InputError(msg)
    whole = _whole_frames(header, layout)
    if whole < layout.frames:
        msg = f"{count}, but Pixel Data (7FE0,0010) holds only {whole} whole frames"
        raise InputError(msg)


def too_few(path: Path, frames: int, config: DicomConfig) -> str:
    """Return the sentence about a file with fewer frames than a run has."""
    return (
        f"{path}: {named('NumberOfFrames')} is {frames}, too few for a fluoroscopy run "
        f"(at least {config.min_frames})"
    )


def _whole_frames(header: Header, layout: Layout) -> int:
    size = header.path.stat().st_size
    if layout.codec is None:
        # a deflated file may hold more than its size, but not without bound
        held = size * _DEFLATE_RATIO if header.deflated else size - layout.offset
        return min(held, header.pixel_length or 0) // layout.frame_bytes
    try:
        if layout.is_moving:
            return count_pictures(header, layout)
        with open_dataset(header.path) as (source, _):
            pixels = scan_fragments(source, layout.offset)
            return len(group_frames(source, pixels, layout.frames, extended_offsets(header)))
    except (OSError, ValueError) as error:
        msg = f"{header.path}: Pixel Data (7FE0,0010) cannot be read ({error})"
        raise InputError(msg) from error
