"""The frames of a video file, one at a time and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from leakwatch.nouns import Run, StoredFrame


class VideoFrames:
    """Decodes frames of one video on demand."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def __len__(self) -> int:
        return self._run.frames

    def __iter__(self) -> Iterator[StoredFrame]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> StoredFrame:
        raise NotImplementedError
