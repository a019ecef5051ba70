"""The causal core: one step per frame, from earlier frames only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.config.imaging import ImagingConfig
from leakwatch.nouns import Frame, FrameResult, Motion, Outline, Reason, Run, RunSummary, State


@dataclass(frozen=True, slots=True)
class CoreState:
    """Everything the core carries from frame to frame."""

    run: Run
    outlines: tuple[Outline, ...]
    config: ImagingConfig


def start(run: Run, outlines: Sequence[Outline], config: ImagingConfig) -> CoreState:
    """Prepare for a run's first frame; `outlines` are the treated bones of this run, maybe none."""
    return CoreState(run, tuple(outlines), config)


def step(state: CoreState, frame: Frame) -> tuple[CoreState, FrameResult]:
    """Analyse the next frame."""
    labels = np.zeros(frame.attenuation.shape, np.uint8)
    motion = Motion(0.0, 0.0, 0.0, 1.0)
    return state, FrameResult(
        frame.index, frame.time_s, motion, 0, 0, State.CLEAR, Reason.NONE, 0.0, 1.0, 0.0, labels
    )


def finish(state: CoreState) -> RunSummary:
    """Say what holds for the whole run."""
    return RunSummary(events=())
