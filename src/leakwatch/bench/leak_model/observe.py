"""Simulate a case, let the detector look at it, and note every leak candidate beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from leakwatch.bench.leak_model.record import Candidate, CaseRecord, RunRecord
from leakwatch.bench.steps import steps
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.tables import RunFacts, read_case_facts, read_table
from leakwatch.config import Config
from leakwatch.config.imaging import CementConfig, ImagingConfig, NetworkRole
from leakwatch.dicom.find import find_inputs
from leakwatch.imaging import core
from leakwatch.imaging.canvas import Canvas, Pose, bin_down, lay_on_canvas
from leakwatch.imaging.credence import terms_of
from leakwatch.imaging.filters import Mask, dilate
from leakwatch.imaging.state import CoreState
from leakwatch.imaging.tracks import Track
from leakwatch.nouns import Outline, Run
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.case import write_case
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

_LEAK = 2
_AROUND_MM = 1.5  # blur and registration carry a leak's edge this far
_BLUR_MM = 0.5  # in the bone the mask itself is what counts, and it should not grow


def observe(index: int, seed: int, network: NetworkRole) -> CaseRecord | None:
    """Work through case `index` of survey `seed`; None where it describes what cannot be.

    `network` is what it is for (`imaging.cement.network`).
    """
    cv2.setNumThreads(1)
    config = Config(imaging=ImagingConfig(cement=CementConfig(network=network)))
    drawn = draw(index, seed)
    with TemporaryDirectory(prefix="leakwatch-model-") as name:
        try:
            written = write_case(drawn.case, drawn.simulation_seed, Path(name) / "case")
        except ValueError:
            return None
        truth = written.folder / "truth"
        facts = {run.sop_instance_uid: run for run in read_case_facts(truth / "case.json").runs}
        outlines = load_outlines(written.outline)
        reading = read_runs(find_inputs([written.folder / "dicom"]), config.dicom, config.video)
        runs = tuple(
            _observe_run(run, facts[run.sop_instance_uid], truth, outlines, config) for run in reading.runs
        )
    return CaseRecord(index, drawn.way, runs)


def _observe_run(
    run: Run, facts: RunFacts, truth: Path, outlines: Sequence[Outline], config: Config
) -> RunRecord:
    folder = truth / run.sop_instance_uid
    leaked = np.flatnonzero(read_table(folder / "frames.csv").numbers("leak_ul") > 0)
    labels = tifffile.imread(folder / "labels.tif")
    mine = [outline for outline in outlines if outline.sop_instance_uid == run.sop_instance_uid]
    times = run.times_s
    candidates, pools, passed_over = _watch(run, mine, labels, config)
    return RunRecord(
        times_s=tuple(round(float(time), 4) for time in times),
        start_s=facts.start_s,
        onset_s=None if facts.onset_frame is None else float(times[facts.onset_frame]),
        first_leak_s=float(times[leaked[0]]) if len(leaked) else None,
        candidates=candidates,
        pools=pools,
        passed_over=passed_over,
    )


def _watch(
    run: Run, outlines: Sequence[Outline], labels: NDArray[np.uint8], config: Config
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...], tuple[int, ...]]:
    """All leak candidates of a run, all pools, and the frames that were passed over."""
    candidates: list[Candidate] = []
    pools: list[Candidate] = []
    passed_over: list[int] = []
    with open_frames(run) as frames:
        for step in steps(core.start(run, outlines, config.imaging), frames):
            index, seen = step.frame.index, step.after
            if step.judged:
                truth = labels[index]
                candidates.extend(candidates_of(seen, _leaks(seen), index, truth == _LEAK, _AROUND_MM))
                pools.extend(candidates_of(seen, _pools(seen), index, truth > 0, _BLUR_MM))
            else:
                passed_over.append(index)
    return tuple(candidates), tuple(pools), tuple(passed_over)


def _leaks(state: CoreState) -> tuple[Track, ...]:
    return state.seen.tracks if state.seen else ()


def _pools(state: CoreState) -> tuple[Track, ...]:
    return state.seen.pools if state.seen else ()


def candidates_of(
    state: CoreState, tracks: Sequence[Track], index: int, truth: Mask, around_mm: float
) -> tuple[Candidate, ...]:
    """Note the tracks that the core took up on frame `index`.

    Parameters
    ----------
    truth
        (rows, columns) what they should be, on the frame.
    around_mm
        So far beyond it counts as well.
    """
    seen = [track for track in tracks if track.seen and track.traits is not None]
    if not seen:
        return ()
    true = _on_canvas(truth, state.canvas, state.poses[-1], around_mm)
    return tuple(
        Candidate(
            index,
            track.id,
            round(float(np.count_nonzero(track.footprint & true) / track.footprint.sum()), 3),
            tuple(round(float(term), 4) for term in terms_of(track.traits)),
        )
        for track in seen
        if track.traits is not None
    )


def _on_canvas(truth: Mask, canvas: Canvas, pose: Pose, around_mm: float) -> Mask:
    on_canvas = lay_on_canvas(bin_down(truth.astype(np.float32), canvas.binning), canvas, pose) > 0.5
    return dilate(on_canvas, canvas.pixels(around_mm)) if on_canvas.any() else on_canvas
