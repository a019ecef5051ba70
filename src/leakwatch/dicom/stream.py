"""Video inside DICOM: all fragments together are one stream (PS3.5 8.2.5 to 8.2.9)."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from typing import BinaryIO, cast

from leakwatch.dicom.fragments import Fragment, scan_fragments
from leakwatch.dicom.header import Header
from leakwatch.dicom.inflate import open_dataset
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.values import named
from leakwatch.errors import InputError
from leakwatch.video.content import HEAD, container_of
from leakwatch.video.luma import Luma
from leakwatch.video.stream import PictureStream

_BEYOND = 100_000
"""Pictures more than Number of Frames at which counting stops."""


class FragmentFile(io.RawIOBase):
    """The values of fragments, one after another, as a file; nothing is copied."""

    def __init__(self, source: BinaryIO, fragments: Sequence[Fragment]) -> None:
        super().__init__()
        self._source = source
        self._fragments = fragments
        self._begins = [0]
        for fragment in fragments:
            self._begins.append(self._begins[-1] + fragment.length)
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._begins[-1]}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._position >= self._begins[-1]:
            return 0
        # empty fragments begin where the next one does; the last that begins here is not empty
        index = bisect_right(self._begins, self._position) - 1
        within = self._position - self._begins[index]
        fragment = self._fragments[index]
        self._source.seek(fragment.start + within)
        data = self._source.read(min(len(buffer), fragment.length - within))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def open_pictures(source: BinaryIO, layout: Layout) -> PictureStream:
    """Open the video in a file that is open as `source`.

    Raises
    ------
    ValueError
        It is no stream of its transfer syntax, or its pictures have another size than the header states.
    """
    pixels = scan_fragments(source, layout.offset)
    if not pixels.fragments:
        msg = "it holds no fragments"
        raise ValueError(msg)
    joined = cast(BinaryIO, io.BufferedReader(FragmentFile(source, pixels.fragments), 1 << 16))
    container = container_of(joined.read(HEAD)) or str(layout.codec)
    most = layout.frames + _BEYOND
    stream = PictureStream(joined, container, largest=max(layout.rows, layout.columns), most=most)
    if (stream.rows, stream.columns) != (layout.rows, layout.columns):
        stream.close()
        msg = f"its video is {stream.rows} x {stream.columns}, the header {layout.rows} x {layout.columns}"
        raise ValueError(msg)
    return stream


def checked(luma: Luma, layout: Layout) -> Luma:
    """Return the picture if it is the one that the header describes.

    Raises
    ------
    ValueError
        Its size or depth differs.
    """
    stated = (layout.rows, layout.columns, layout.bits_stored)
    if (*luma.pixels.shape, luma.bits) != stated:
        found = " x ".join(str(side) for side in luma.pixels.shape)
        msg = (
            f"it is {found} of {luma.bits} bits, the header states {layout.rows} x {layout.columns} of "
            f"{layout.bits_stored}"
        )
        raise ValueError(msg)
    return luma


def count_pictures(header: Header, layout: Layout) -> int:
    """Count the pictures of a video in DICOM, decoding none.

    Raises
    ------
    ValueError, OSError
        It cannot be opened.
    """
    with open_dataset(header.path) as (source, _):
        stream = open_pictures(source, layout)
        try:
            return stream.packets.count
        finally:
            stream.close()


def moving_warnings(header: Header, layout: Layout) -> tuple[str, ...]:
    """Give the sentence owed where a video holds more pictures than Number of Frames; () for all others.

    Raises
    ------
    InputError
        The video cannot be opened.
    """
    if not layout.is_moving:
        return ()
    try:
        count = count_pictures(header, layout)
    except (OSError, ValueError) as error:
        msg = f"{header.path}: Pixel Data (7FE0,0010) cannot be read ({error})"
        raise InputError(msg) from error
    if count == layout.frames:
        return ()
    stated = f"{named('NumberOfFrames')} is {layout.frames}"
    return (f"{stated}, but the video holds {count} pictures; the first {layout.frames} are read",)
