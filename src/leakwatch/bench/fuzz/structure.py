"""Changes to a file that know its parts: a length, a tag, a value, an element more or less."""

from __future__ import annotations

import struct

from leakwatch.bench.fuzz.cell import Cell
from leakwatch.bench.fuzz.cells import scan
from leakwatch.dicom.content import LONG_VRS

_BINARY = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "FL": "f", "FD": "d", "AT": "L", "UV": "Q", "OW": "H"}


def find_cell(data: bytes, at: str) -> Cell | None:
    """Find the part that ``name#occurrence`` means; an occurrence too high counts round again."""
    name, _, occurrence = at.partition("#")
    cells = [cell for cell in scan(data) if cell.name == name]
    return cells[int(occurrence or 0) % len(cells)] if cells else None


def set_length(data: bytes, at: str, value: str) -> bytes:
    """State another length and leave the value as it is."""
    cell = find_cell(data, at)
    if cell is None:
        return data
    return data[: cell.length_at] + cell.length_bytes(int(value)) + data[cell.value_at :]


def set_name(data: bytes, at: str, value: str) -> bytes:
    """Give a part another tag (eight hex digits), or a box another name."""
    cell = find_cell(data, at)
    if cell is None:
        return data
    if cell.order == "v" or len(cell.name) != 8:
        name, begin = value.encode("latin-1")[:4].ljust(4), cell.start + 4 * (cell.length_at == cell.start)
    else:
        name = struct.pack(f"{cell.order}HH", int(value[:4], 16), int(value[4:], 16))
        begin = cell.start
    return data[:begin] + name + data[begin + 4 :]


def set_vr(data: bytes, at: str, value: str) -> bytes:
    """State another value representation, in explicit VR, and leave length and value as they are."""
    cell = find_cell(data, at)
    if cell is None or cell.length_at == cell.start + 4 or not cell.vr:
        return data
    return data[: cell.start + 4] + value.encode("ascii") + data[cell.start + 6 :]


def set_value(data: bytes, at: str, value: str) -> bytes:
    """Put in another value and state its length; `value` is Latin-1 text."""
    cell = find_cell(data, at)
    return data if cell is None else _refilled(data, cell, value.encode("latin-1", "replace"))


def set_number(data: bytes, at: str, value: str) -> bytes:
    """Put in a number, as binary or text as the element has it; what does not fit wraps round."""
    cell = find_cell(data, at)
    if cell is None:
        return data
    return _refilled(data, cell, _number(value, cell.vr, "<" if cell.order == "v" else cell.order))


def drop(data: bytes, at: str, value: str) -> bytes:
    """Leave a part out."""
    cell = find_cell(data, at)
    return data if cell is None else data[: cell.start] + data[cell.end :]


def duplicate(data: bytes, at: str, value: str) -> bytes:
    """Say a part more than once, `value` times more."""
    cell = find_cell(data, at)
    if cell is None:
        return data
    whole = data[cell.start : cell.end]
    return data[: cell.end] + whole * min(int(value), 1 + (1 << 20) // max(len(whole), 1)) + data[cell.end :]


def move(data: bytes, at: str, value: str) -> bytes:
    """Take a part out and put it before another one (`value` is ``name#occurrence``)."""
    cell = find_cell(data, at)
    if cell is None:
        return data
    rest = data[: cell.start] + data[cell.end :]
    target = find_cell(rest, value)
    place = len(rest) if target is None else target.start
    return rest[:place] + data[cell.start : cell.end] + rest[place:]


def nest(data: bytes, at: str, value: str) -> bytes:
    """Wrap a part in `value` sequences of undefined length, each in the item of the one before."""
    cell = find_cell(data, at)
    if cell is None or cell.order == "v":
        return data
    depth = int(value)
    group, element = int(cell.name[:4], 16) if len(cell.name) == 8 else 8, 0x1140
    explicit = bool(cell.vr) and cell.length_at != cell.start + 4
    head = struct.pack(f"{cell.order}HH", group, element)
    head += (b"SQ\0\0" if explicit else b"") + b"\xff\xff\xff\xff"
    item = struct.pack(f"{cell.order}HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    ends = struct.pack(f"{cell.order}HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    body = (head + item) * depth + data[cell.start : cell.end] + ends * depth
    return data[: cell.start] + body + data[cell.end :]


def put_element(data: bytes, at: str, value: str) -> bytes:
    """Put in an element, in its place by tag: `at` is the tag, `value` is ``VR:text`` or ``VR=number``."""
    tag = int(at.partition("#")[0], 16)
    cells = [cell for cell in scan(data) if len(cell.name) == 8 and cell.order != "v"]
    if not cells:
        return data
    after = next((cell for cell in cells if int(cell.name, 16) > tag and cell.start > 132), cells[-1])
    vr, content = value[:2], value[3:]
    order = after.order
    body = _number(content, vr, order) if value[2:3] == "=" else content.encode("latin-1", "replace")
    head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
    if not (after.vr and after.length_at != after.start + 4):
        head += struct.pack(f"{order}L", len(body))
    elif vr.encode() in LONG_VRS:
        head += vr.encode() + b"\0\0" + struct.pack(f"{order}L", len(body))
    else:
        head += vr.encode() + struct.pack(f"{order}H", len(body) % 65536)
    return data[: after.start] + head + body + data[after.start :]


def _refilled(data: bytes, cell: Cell, body: bytes) -> bytes:
    body += b"\0" * (len(body) % 2)
    head = data[cell.start : cell.length_at]
    return data[: cell.start] + head + cell.length_bytes(len(body)) + body + data[cell.end :]


def _number(value: str, vr: str, order: str) -> bytes:
    code = _BINARY.get(vr)
    if code is None:
        return value.encode("ascii")
    parts = []
    for text in value.split("\\"):
        if code in "fd":
            number = float(text)
            # a float of 4 bytes cannot hold all that 8 bytes can
            parts.append(struct.pack(f"{order}{code}", number if code == "d" or abs(number) < 3e38 else 0.0))
            continue
        width = struct.calcsize(f"{order}{code}")
        whole = 0 if text in ("nan", "inf", "-inf") else int(float(text))
        parts.append((whole % (1 << 8 * width)).to_bytes(width, "little" if order == "<" else "big"))
    return b"".join(parts)
