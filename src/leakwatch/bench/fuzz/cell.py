"""One part of a file that has a name and a length of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Cell:
    """A DICOM element or item, or a box of a video file; all places are bytes from the file's start.

    Attributes
    ----------
    name
        Tag as eight hex digits, or the box's name.
    vr
        Value representation, stated or from the dictionary; empty for items and boxes.
    start, end
        The whole of it, header and value.
    length_at, length_width
        Where its length is written, and in how many bytes.
    order
        ``<`` or ``>``; ``v`` for the lengths of Matroska, whose first byte says how long they are.
    """

    name: str
    vr: str
    start: int
    length_at: int
    length_width: int
    value_at: int
    end: int
    order: str

    def until(self, end: int) -> Cell:
        """Give the same part with another end."""
        return replace(self, end=end)

    def length_bytes(self, length: int) -> bytes:
        """Write a length as this part writes its own; what does not fit wraps round."""
        width = self.length_width
        if self.order == "v":
            return (length % (1 << 7 * width) | 1 << 7 * width).to_bytes(width, "big")
        return (length % (1 << 8 * width)).to_bytes(width, "little" if self.order == "<" else "big")
