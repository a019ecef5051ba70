"""The frames of a video file, one at a time and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from leakwatch.errors import InputError
from leakwatch.nouns import Run, StoredFrame
from leakwatch.video.content import HEAD, container_of
from leakwatch.video.stream import PictureStream

_SPARE = 1000
"""Pictures at the ends that do not decode are no frames of the run, but are in the stream."""


class VideoFrames:
    """Decodes frames of one video on demand, in any order; the file is opened with the first one.

    ``reader[index]`` is a `StoredFrame` with `pixels` (rows, columns), luma stretched to full range. One
    that cannot be decoded or has another size raises `InputError`, which names the file and the frame.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._stack = ExitStack()
        self._stream: PictureStream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream = None
        self._stack.close()

    def __len__(self) -> int:
        return self._run.frames

    def __iter__(self) -> Iterator[StoredFrame]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> StoredFrame:
        if not 0 <= index < len(self):
            raise IndexError(index)
        run = self._run
        number = index if run.frame_numbers is None else run.frame_numbers[index]
        try:
            luma = self._opened().picture(number)
            if (luma.bits, luma.pixels.shape) != (run.intensity.bits_stored, (run.rows, run.columns)):
                rows, columns = luma.pixels.shape
                msg = f"it is {columns} x {rows} of {luma.bits} bits, unlike the first"
                raise ValueError(msg)
        except (OSError, ValueError) as error:
            msg = f"{run.paths[0]}: frame {index} of {len(self)} cannot be decoded ({error})"
            raise InputError(msg) from error
        return StoredFrame(index, float(run.times_s[index]), luma.pixels)

    def _opened(self) -> PictureStream:
        if self._stream is None:
            run = self._run
            source = self._stack.enter_context(run.paths[0].open("rb"))
            container = container_of(source.read(HEAD)) or ""
            last = len(self) - 1 if run.frame_numbers is None else run.frame_numbers[-1]
            stream = PictureStream(source, container, largest=max(run.rows, run.columns), most=last + _SPARE)
            self._stack.callback(stream.close)
            if stream.packets.count <= last:
                msg = "the file is no longer the one that was read"
                raise ValueError(msg)
            self._stream = stream
        return self._stream
