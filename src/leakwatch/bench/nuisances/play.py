"""Play a simulated case into the detector, in memory, and note what it says beside the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import tee
from pathlib import Path

import numpy as np

from leakwatch.bench.nuisances.nuisance import Nuisance, Overlay, describe
from leakwatch.bench.steps import steps
from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core
from leakwatch.nouns import (
    Calibration,
    IntensityChain,
    Outline,
    Plane,
    Reason,
    Run,
    Site,
    State,
    StoredFrame,
)
from leakwatch.simulate.run import SimulatedRun, simulate
from leakwatch.simulate.truth.frame import silhouette_polygon

_VISIBLE_MM2 = 3.0


@dataclass(frozen=True, slots=True)
class FrameNote:
    """One frame: what was said of it, and what is true of it."""

    time_s: float
    state: State
    reason: Reason
    leaked: bool
    leak_visible: bool
    cement_mm2: float
    leak_mm2: float


@dataclass(frozen=True, slots=True)
class Played:
    """A case, played: what became of it."""

    nuisance: str
    seed: int
    leaking: bool
    frames: tuple[FrameNote, ...]

    @property
    def alarm_s(self) -> float | None:
        """Time of the first alarm."""
        return next((frame.time_s for frame in self.frames if frame.state is State.ALARM), None)

    @property
    def first_leak_s(self) -> float | None:
        """Time of the first leaked voxel, seen or not."""
        return next((frame.time_s for frame in self.frames if frame.leaked), None)

    @property
    def onset_s(self) -> float | None:
        """Time of the first 3 mm² of visible leak."""
        return next((frame.time_s for frame in self.frames if frame.leak_visible), None)

    @property
    def is_false_alarm(self) -> bool:
        """Whether it alarmed without a leak, or before there was one."""
        first = self.first_leak_s
        return self.alarm_s is not None and (first is None or self.alarm_s < first)

    @property
    def delay_s(self) -> float | None:
        """Alarm less onset; None where either is missing, or the alarm was a false one."""
        if self.alarm_s is None or self.onset_s is None or self.is_false_alarm:
            return None
        return self.alarm_s - self.onset_s

    @property
    def end_s(self) -> float:
        """Time of the last frame."""
        return self.frames[-1].time_s

    def undecided(self) -> tuple[Reason, ...]:
        """Say why, for each frame that went undecided."""
        return tuple(frame.reason for frame in self.frames if frame.state is State.NO_DECISION)

    def is_decided_from(self, time_s: float) -> bool:
        """Whether every frame from `time_s` on was decided."""
        return all(frame.state is not State.NO_DECISION for frame in self.frames if frame.time_s >= time_s)


def play(nuisance: Nuisance, seed: int, leaking: bool, config: ImagingConfig | None = None) -> Played:
    """Simulate the case of a nuisance and analyse it as the pipeline does, with the true outline.

    Raises
    ------
    ValueError
        This patient has no such leak; the text says why.
    """
    (simulated,) = simulate(describe(nuisance, seed, leaking), seed)
    overlay = None if nuisance.overlay is None else nuisance.overlay(seed)
    notes = tuple(_watch(simulated, overlay, config or ImagingConfig()))
    return Played(nuisance.name, seed, leaking, notes)


def run_of(simulated: SimulatedRun) -> Run:
    """Describe a simulated plane as a file read would."""
    case = simulated.scene.config
    machine, chain = case.machine, case.chain
    return Run(
        paths=(Path("run.dcm"),),
        sop_instance_uid="1.2.3",
        study_instance_uid="1.2",
        series_instance_uid="1.2.9",
        modality="XA",
        plane=Plane.SINGLE,
        rows=machine.rows,
        columns=machine.columns,
        times_s=simulated.frame_times_s,
        intensity=IntensityChain(
            chain.relationship, chain.sign, False, chain.bits_stored, False, None, Calibration.MONOTONE
        ),
        geometry=machine.carm(machine.views[simulated.plane]),
    )


def _watch(simulated: SimulatedRun, overlay: Overlay | None, config: ImagingConfig) -> Iterator[FrameNote]:
    run = run_of(simulated)
    polygon = silhouette_polygon(simulated.treated_mm())
    outline = Outline(run.sop_instance_uid, 0, Site.VERTEBRA, "L3", polygon)
    played, truths = tee(simulated.frames())
    stored = (_with(overlay, StoredFrame(one.index, one.time_s, one.stored), simulated) for one in played)
    for step, frame in zip(steps(core.start(run, [outline], config), stored), truths, strict=True):
        yield FrameNote(
            frame.time_s,
            step.row.state,
            step.row.reason,
            frame.truth.leak_ul > 0,
            frame.truth.leak_area_mm2 >= _VISIBLE_MM2,
            frame.truth.cement_area_mm2,
            frame.truth.leak_area_mm2,
        )


def _with(overlay: Overlay | None, stored: StoredFrame, simulated: SimulatedRun) -> StoredFrame:
    """Draw over a LOG picture: there attenuation is a difference of stored values."""
    added = None if overlay is None else overlay(stored.time_s)
    if added is None:
        return stored
    chain = simulated.scene.config.chain
    change = np.rint(chain.lsb_per_neper * added).astype(np.int32)
    values = np.clip(stored.pixels.astype(np.int32) - chain.sign * change, 0, 2**chain.bits_stored - 1)
    return StoredFrame(stored.index, stored.time_s, values.astype(stored.pixels.dtype))
