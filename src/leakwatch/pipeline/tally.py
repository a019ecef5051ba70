"""What the rows of a run add up to."""

from __future__ import annotations

from leakwatch.nouns import FrameResult, State


class Tally:
    """Counts rows as they come."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.undecided_frames = 0
        self.first_alarm_frame: int | None = None
        self.first_alarm_time_s: float | None = None
        self._last_decided: State | None = None

    def add(self, result: FrameResult) -> None:
        """Count one row."""
        self.states.append(result.state)
        if result.state is State.NO_DECISION:
            self.undecided_frames += 1
        else:
            self._last_decided = result.state
        if result.state is State.ALARM and self.first_alarm_frame is None:
            self.first_alarm_frame = result.index
            self.first_alarm_time_s = result.time_s

    @property
    def frames(self) -> int:
        """How many rows there are."""
        return len(self.states)

    @property
    def state(self) -> State:
        """``alarm`` once there was one, ``no_decision`` while nothing was decided, else the latest."""
        if self.first_alarm_frame is not None:
            return State.ALARM
        return self._last_decided or State.NO_DECISION
