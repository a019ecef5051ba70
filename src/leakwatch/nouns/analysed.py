"""A run and everything found in it, without its pictures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from leakwatch.nouns.field import FieldSummary
from leakwatch.nouns.outline import Outline
from leakwatch.nouns.result import State
from leakwatch.nouns.run import Run
from leakwatch.nouns.summary import RunSummary


@dataclass(frozen=True, slots=True)
class AnalysedRun:
    """What is left of a run once it has been analysed.

    Attributes
    ----------
    outlines
        The treated bones it was analysed with, maybe none.
    frames
        Rows written; fewer than ``run.frames`` where the run broke.
    state
        ``alarm`` if any frame alarmed; ``no_decision`` if no frame was decided; else that of the last
        decided frame.
    first_alarm_frame, first_alarm_time_s
        The first ``alarm`` row, None without one.
    undecided_frames
        How many rows say ``no_decision``.
    states
        What each row says, in order; empty where nobody kept it.
    field
        What of its pictures was covered.
    error
        Empty, or the sentence that says where and why the run broke.
    """

    run: Run
    outlines: tuple[Outline, ...]
    summary: RunSummary
    frames: int
    state: State
    first_alarm_frame: int | None
    first_alarm_time_s: float | None
    undecided_frames: int
    error: str = ""
    states: tuple[State, ...] = ()
    field: FieldSummary = dataclasses.field(default_factory=FieldSummary)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences from reading, on what was covered and from analysing, in that order, each once."""
        return tuple(dict.fromkeys((*self.run.warnings, *self.field.warnings, *self.summary.warnings)))
