"""When frames are taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.machine import MachineSection, ViewSection


def frame_times_s(machine: MachineSection, view: ViewSection) -> NDArray[np.float64]:
    """Seconds from a run's first frame, (frames,): evenly spaced but for pedal gaps.

    A gap delays the first frame that would fall into it, and all that follow, by its whole length.
    """
    frames = view.frames or machine.frames
    times = np.arange(frames) / (view.frames_per_s or machine.frames_per_s)
    for gap in sorted(machine.pedal_gaps, key=lambda gap: gap.after_s):
        # A gap before the run delays nothing: it says itself when it starts.
        if gap.after_s > view.start_s:
            times[times + view.start_s >= gap.after_s] += gap.duration_s
    return np.asarray(times, np.float64)


def is_even(machine: MachineSection, view: ViewSection) -> bool:
    """Whether one frame time describes the run."""
    times = frame_times_s(machine, view)
    frame_s = 1 / (view.frames_per_s or machine.frames_per_s)
    return bool(np.allclose(np.diff(times), frame_s, rtol=1e-9))
