"""Hand each frame to the review page, with the outlines where the bone is now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.report import ReportConfig
from leakwatch.nouns import FrameResult, Motion, Outline, Run, StoredFrame
from leakwatch.outline.move import AT_REST, move_polygon, pivot_on

if TYPE_CHECKING:
    from leakwatch.review.spool import FrameSpool


class Overlay:
    """Follows the outlines and feeds the spool of the review page; does nothing where it is turned off.

    An outline is shown from the frame it was drawn on, and on no frame where the bone is lost.
    """

    def __init__(self, folder: Path, run: Run, config: ReportConfig) -> None:
        self._drawn: dict[int, Motion] = {0: AT_REST}
        self._spool: FrameSpool | None = None
        if config.enabled:
            from leakwatch.review.spool import FrameSpool

            self._spool = FrameSpool(folder, run, config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._spool is not None:
            self._spool.close()

    def add(
        self, stored: StoredFrame, result: FrameResult, outlines: Sequence[Outline]
    ) -> list[NDArray[np.float64]]:
        """Pass on one frame; give the outlines on it. `outlines` are those known by now."""
        places = self.outlines_xy_px(result, outlines)
        if self._spool is not None:
            self._spool.add(stored, result, places)
        return places

    def outlines_xy_px(self, result: FrameResult, outlines: Sequence[Outline]) -> list[NDArray[np.float64]]:
        """Outlines on this frame, (n, 2) each; call once per frame, in order."""
        if result.motion is None:
            return []
        if any(outline.frame == result.index for outline in outlines):
            self._drawn.setdefault(result.index, result.motion)
        return [
            move_polygon(
                outline.polygon_xy_px,
                result.motion,
                drawn=self._drawn[outline.frame],
                centre_xy_px=pivot_on(self._drawn[outline.frame], result.motion),
            )
            for outline in outlines
            if outline.frame in self._drawn
        ]
