"""Where the parts of a file lie: a tolerant walk that ends where sense ends."""

from __future__ import annotations

import struct

from pydicom.datadict import dictionary_VR
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from leakwatch.bench.fuzz.boxes import scan_boxes
from leakwatch.bench.fuzz.cell import Cell
from leakwatch.dicom.content import LONG_VRS, SHORT_VRS

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_UNDEFINED = 0xFFFFFFFF
_PIXELS = 0x7FE00010
_MOST = 3000


def scan(data: bytes) -> tuple[Cell, ...]:
    """List the elements and items of a DICOM file, or the boxes of a video file, nested ones too."""
    boxes = scan_boxes(data)
    if boxes:
        return boxes
    cells: list[Cell] = []
    position, syntax = 0, str(ImplicitVRLittleEndian)
    if data[4:6] in SHORT_VRS | LONG_VRS:
        syntax = str(ExplicitVRLittleEndian)
    if data[128:132] == b"DICM":
        position = _walk(data, 132, cells, explicit=True, order="<", meta=True)
        for cell in cells:
            if cell.name == "00020010":
                syntax = data[cell.value_at : cell.end].decode("latin-1").strip("\0 ")
    explicit = syntax != ImplicitVRLittleEndian
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    _walk(data, position, cells, explicit=explicit, order=order, meta=False)
    return tuple(cells)


def _walk(data: bytes, position: int, cells: list[Cell], *, explicit: bool, order: str, meta: bool) -> int:
    """Add what lies from `position` on; return where it ended."""
    open_at: list[int] = []  # cells of undefined length still without their end
    in_pixels = False
    while position + 8 <= len(data) and len(cells) < _MOST:
        group, element = struct.unpack_from(f"{order}HH", data, position)
        tag = group << 16 | element
        if meta and group != 2:
            break
        vr = ""
        if explicit and group != 0xFFFE:
            code = data[position + 4 : position + 6]
            if code not in SHORT_VRS | LONG_VRS:
                break
            vr = code.decode("ascii")
        if vr and vr.encode() in LONG_VRS:
            length_at, width = position + 8, 4
        elif vr:
            length_at, width = position + 6, 2
        else:
            length_at, width = position + 4, 4
        value_at = length_at + width
        if value_at > len(data):
            break
        length = int.from_bytes(data[length_at:value_at], "little" if order == "<" else "big")
        kind = vr or (dictionary(tag) if group != 0xFFFE else "")
        undefined = length == _UNDEFINED and width == 4
        end = value_at if undefined else min(value_at + length, len(data))
        cells.append(Cell(f"{tag:08X}", kind, position, length_at, width, value_at, end, order))
        if undefined:
            open_at.append(len(cells) - 1)
            in_pixels = in_pixels or tag == _PIXELS
        if tag in (_ITEM_END, _SEQUENCE_END) and open_at:
            closed = open_at.pop()
            cells[closed] = cells[closed].until(value_at)
        enter = undefined or kind == "SQ" or (tag == _ITEM and not in_pixels)
        position = value_at if enter else end
    for index in open_at:
        cells[index] = cells[index].until(len(data))
    return position


def dictionary(tag: int) -> str:
    """VR of a tag in implicit VR, ``UN`` where the dictionary has none."""
    try:
        return dictionary_VR(tag).split(" or ")[0]
    except KeyError:
        return "UN"
