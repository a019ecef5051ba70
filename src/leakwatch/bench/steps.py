"""Step through a run and see the core's state around each frame, which the results alone do not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leakwatch.imaging import core
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.imaging.field import state as field
from leakwatch.imaging.state import CoreState
from leakwatch.nouns import Frame, FrameResult, StoredFrame


@dataclass(frozen=True, slots=True)
class Step:
    """One frame as the core was given it, the core before and after it, and its row."""

    before: CoreState
    after: CoreState
    frame: Frame
    row: FrameResult

    @property
    def shows(self) -> bool:
        """Whether there is evidence of this frame: on the others what was shown is of an earlier one."""
        shown = self.after.seen.shown if self.after.seen else None
        earlier = self.before.seen.shown if self.before.seen else None
        return shown is not None and shown is not earlier

    @property
    def judged(self) -> bool:
        """Whether this frame moved the alarm: on the others the tracks are left as they were."""
        if self.after.seen is None:
            return False
        return self.before.seen is None or self.after.seen.tracks is not self.before.seen.tracks


def steps(state: CoreState, frames: Iterable[StoredFrame]) -> Iterator[Step]:
    """Give a core, from `core.start`, its run's frames, blades and text left out as the analysis does."""
    run = state.run
    table = attenuation_table(run.intensity)
    sight = field.start(run, table, state.config.field)
    for stored in frames:
        sight, frame = field.look(sight, to_frame(stored, run, table))
        before, (state, row) = state, core.step(state, frame)
        yield Step(before, state, frame, row)
