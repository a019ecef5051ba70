"""Open the frames of a run, whatever holds them."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from leakwatch.nouns import Medium, Run, StoredFrame


class FrameReader(Protocol):
    """Frames on demand, in any order; one is in memory at a time. A context manager.

    ``reader[index]`` raises `InputError` for a frame that cannot be decoded and IndexError past the end.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[StoredFrame]: ...

    def __getitem__(self, index: int) -> StoredFrame: ...


def open_frames(run: Run) -> FrameReader:
    """Give the reader that fits the run's medium."""
    if run.medium is Medium.VIDEO:
        from leakwatch.video.frames import VideoFrames

        return VideoFrames(run)
    from leakwatch.dicom.frames import DicomFrames

    return DicomFrames(run)
