"""Simulate a case that leaks, let the detector look at it, and note what becomes of the leak."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import tifffile

from leakwatch.bench.missed.record import Case, Leaked, Looked
from leakwatch.bench.steps import steps
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.bench.tables import RunFacts, read_case_facts, read_table
from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.imaging import core
from leakwatch.imaging.canvas import bin_down, lay_on_canvas
from leakwatch.imaging.filters import Image, Mask
from leakwatch.imaging.network.network import cement_log_odds
from leakwatch.imaging.spread import looked_at
from leakwatch.imaging.state import CoreState
from leakwatch.nouns import Outline, Run
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.case import write_case
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

_LEAK = 2


def watch_case(drawn: DrawnCase, config: Config) -> Case:
    """Watch all runs of a drawn case that show its leak."""
    cv2.setNumThreads(1)
    with TemporaryDirectory(prefix="leakwatch-missed-") as name:
        try:
            written = write_case(drawn.case, drawn.simulation_seed, Path(name) / "case")
        except ValueError as error:
            return Case(drawn.index, (), str(error))
        truth = written.folder / "truth"
        facts = {run.sop_instance_uid: run for run in read_case_facts(truth / "case.json").runs}
        outlines = load_outlines(written.outline)
        reading = read_runs(find_inputs([written.folder / "dicom"]), config.dicom, config.video)
        shown = [run for run in reading.runs if facts[run.sop_instance_uid].onset_frame is not None]
        runs = tuple(
            _watch_run(run, facts[run.sop_instance_uid], truth, outlines, config, drawn) for run in shown
        )
    return Case(drawn.index, runs)


def _watch_run(
    run: Run, facts: RunFacts, truth: Path, outlines: Sequence[Outline], config: Config, drawn: DrawnCase
) -> Leaked:
    labels = tifffile.imread(truth / run.sop_instance_uid / "labels.tif")
    areas = read_table(truth / run.sop_instance_uid / "frames.csv").numbers("leak_area_mm2")
    mine = [outline for outline in outlines if outline.sop_instance_uid == run.sop_instance_uid]
    looked, alarm_s = [], None
    with open_frames(run) as frames:
        for step in steps(core.start(run, mine, config.imaging), frames):
            frame = step.frame
            if alarm_s is None and step.row.state == "alarm":
                alarm_s = frame.time_s
            leak = labels[frame.index] == _LEAK
            if leak.any() and step.shows:
                looked.append(_look(step.after, leak, frame.time_s, float(areas[frame.index])))
    assert facts.onset_frame is not None  # only such runs are watched
    return Leaked(
        drawn.index,
        drawn.way,
        f"{facts.primary_deg:g}/{facts.secondary_deg:g}",
        tuple((one.factor, one.level) for one in drawn.chosen),
        float(run.times_s[facts.onset_frame]),
        alarm_s,
        tuple(looked),
    )


def _look(state: CoreState, leak: Mask, time_s: float, area_mm2: float) -> Looked:
    seen, canvas = state.seen, state.canvas
    assert seen is not None
    assert seen.shown is not None
    true = lay_on_canvas(bin_down(leak.astype(np.float32), canvas.binning), canvas, state.poses[-1]) > 0.5
    beyond = state.outside_px > canvas.pixels(state.config.leak.outline_error_mm)
    evidence, open_ = seen.shown.evidence, seen.shown.open_
    there = true & beyond & open_ & ~seen.metal
    pixel_mm2 = canvas.pixel_mm**2
    tracks = [
        one for one in seen.tracks if one.traits is not None and one.seen and (one.footprint & there).any()
    ]
    best = max(tracks, key=lambda one: one.score, default=None)
    marked = np.logical_or.reduce([np.zeros_like(true), *(one.footprint for one in tracks)])
    return Looked(
        time_s=round(time_s, 4),
        area_mm2=area_mm2,
        open_mm2=float(np.count_nonzero(there)) * pixel_mm2,
        z=_mean(evidence.darkest, there),
        contrast=_mean(evidence.contrast, there),
        sigma=_mean(evidence.sigma, there),
        floor=evidence.floor,
        learned=_mean(_odds(state), there),
        marked_mm2=float(np.count_nonzero(marked & there)) * pixel_mm2,
        log_odds=None if best is None else round(best.score, 3),
        evidence=max((one.evidence for one in tracks), default=0.0),
    )


def _odds(state: CoreState) -> Image:
    seen = state.seen
    if state.network is None or seen is None or seen.shown is None:
        return np.zeros((state.canvas.rows, state.canvas.columns), np.float32)
    judged_s = 0.0 if seen.judged_from_s is None else state.times_s[-1] - seen.judged_from_s
    looked = looked_at(state, seen, seen.shown.evidence, seen.shown.open_, judged_s)
    return cement_log_odds(state.network, looked, state.canvas)


def _mean(values: Image, there: Mask) -> float:
    return round(float(values[there].mean()), 5) if there.any() else 0.0
