"""The Modality LUT of an XA run: the way back from stored values to X-ray intensity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import named

_CLASSIC, _ENHANCED = "ModalityLUTSequence", "PixelIntensityRelationshipLUTSequence"

Lut = tuple[int, NDArray[np.float64]]
"""`(first_mapped, table)`: stored value ``first_mapped + i`` means ``table[i]``."""


def lut_name(header: Header) -> str:
    """Return what messages call the table: in Enhanced files a functional group of its own holds it."""
    return named(_ENHANCED if header.groups_offset is not None else _CLASSIC)


def read_modality_lut(header: Header, signed: bool) -> tuple[Lut | None, str]:
    """Read Modality LUT Sequence (0028,3000); returns the table and, if unusable, why.

    In an Enhanced file Pixel Intensity Relationship LUT Sequence (0028,9422) is the same, where its LUT
    Function (0028,9474) is TO_LINEAR.

    A way back to intensity must rise, or fall, throughout: any other table is refused.
    """
    try:
        sequence = header.dataset.get(_ENHANCED) or header.dataset.get(_CLASSIC)
        if not sequence:
            return None, ""
        item = sequence[0]
        entries, first, _ = (int(value) for value in item["LUTDescriptor"].value)
        entries = entries % 65536 or 65536  # 0 stands for 65536 (PS3.3 C.11.1.1)
        # the VR of the descriptor is ambiguous; the middle value has the sign of the pixels
        first = (first + 32768) % 65536 - 32768 if signed else first % 65536
        table = _table(item["LUTData"].value, entries, header.little_endian)
    # whatever pydicom makes of a broken item, the run can do without
    except Exception as error:
        return None, f"{lut_name(header)} cannot be read ({type(error).__name__})"
    if len(table) != entries:
        return None, f"{lut_name(header)} has {len(table)} entries instead of {entries}"
    steps = np.diff(table)
    if entries < 2 or table.min() == table.max() or not ((steps >= 0).all() or (steps <= 0).all()):
        return None, f"{lut_name(header)} neither rises nor falls throughout"
    return (first, table), ""


def _table(data: object, entries: int, little_endian: bool) -> NDArray[np.float64]:
    if isinstance(data, bytes):
        if len(data) in (entries, entries + entries % 2) and entries > 1:
            return np.frombuffer(data, np.uint8, entries).astype(np.float64)
        return np.frombuffer(data, "<u2" if little_endian else ">u2").astype(np.float64)
    return (np.atleast_1d(np.asarray(data, np.int64)) % 65536).astype(np.float64)
