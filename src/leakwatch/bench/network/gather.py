"""Simulate a case, let the detector look at it, and keep what the network would have seen beside the truth.

The detector goes by the levels of evidence here, not by a network: what is gathered does not depend on the
network before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray

from leakwatch.bench.steps import steps
from leakwatch.bench.survey.draw import draw
from leakwatch.config import Config
from leakwatch.config.imaging import CementConfig, ImagingConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.imaging import core
from leakwatch.imaging.canvas import Canvas, Pose, bin_down, lay_on_canvas
from leakwatch.imaging.filters import Image
from leakwatch.imaging.network.planes import Looked, onto_grid, planes_of
from leakwatch.imaging.row import INSIDE, OUTSIDE
from leakwatch.imaging.spread import looked_at
from leakwatch.imaging.state import CoreState
from leakwatch.nouns import Outline, Run, StoredFrame
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.case import write_case
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

STEPS_PER_UNIT = 32
"""Planes are kept as whole numbers of this fraction: they lie within -4 and 4."""
SURE = 100
"""Value of a pixel of the grid that is all cement."""
_FRAMES_PER_RUN = 10
_LEAKING_FRAMES = 6
_EVERY = 4
_SHOWS_PX = 6


@dataclass(frozen=True, slots=True)
class Samples:
    """Frames of one case.

    Attributes
    ----------
    planes
        One (planes, rows, columns) int8 per frame, in `STEPS_PER_UNIT`.
    truth
        One (2, rows, columns) uint8 per frame: share of the pixel that is cement, and that is leak, in
        `SURE`.
    """

    planes: tuple[NDArray[np.int8], ...]
    truth: tuple[NDArray[np.uint8], ...]


def gather(index: int, seed: int) -> Samples:
    """Work through case `index` of survey `seed`; no samples where it describes what cannot be."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng([seed, index])
    config = Config(imaging=ImagingConfig(cement=CementConfig(network="off")))
    drawn = draw(index, seed)
    planes: list[NDArray[np.int8]] = []
    truths: list[NDArray[np.uint8]] = []
    with TemporaryDirectory(prefix="leakwatch-network-") as name:
        try:
            written = write_case(drawn.case, drawn.simulation_seed, Path(name) / "case")
        except ValueError:
            return Samples((), ())
        outlines = load_outlines(written.outline)
        for run in read_runs(find_inputs([written.folder / "dicom"]), config.dicom, config.video).runs:
            labels = tifffile.imread(written.folder / "truth" / run.sop_instance_uid / "labels.tif")
            mine = [outline for outline in outlines if outline.sop_instance_uid == run.sop_instance_uid]
            chosen = choose_frames(labels, rng)
            with open_frames(run) as frames:
                for at, looked, state in _watch(run, mine, frames, config.imaging):
                    if at in chosen:
                        planes.append(_stored(planes_of(looked, state.canvas)))
                        truths.append(_truth(labels[at], state.canvas, state.poses[-1]))
    return Samples(tuple(planes), tuple(truths))


def gather_to(index: int, seed: int, path: Path) -> None:
    """Gather the samples of case `index` and write them."""
    save(gather(index, seed), path)


def save(samples: Samples, path: Path) -> None:
    """Write the samples of a case as one compressed file."""
    arrays: dict[str, NDArray[np.int8] | NDArray[np.uint8]] = {}
    for at, (planes, truth) in enumerate(zip(samples.planes, samples.truth, strict=True)):
        arrays |= {f"planes{at}": planes, f"truth{at}": truth}
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, allow_pickle=False, **arrays)
    part.replace(path)


def load(path: Path) -> Samples:
    """Read what `save` wrote."""
    with np.load(path) as content:
        count = len(content.files) // 2
        return Samples(
            tuple(content[f"planes{at}"] for at in range(count)),
            tuple(content[f"truth{at}"] for at in range(count)),
        )


def choose_frames(labels: NDArray[np.uint8], rng: np.random.Generator) -> set[int]:
    """Choose frames of a run by their (frames, rows, columns) labels.

    Some of all, and of those on which a leak shows every fourth, from the first: leaks are small then.
    """
    count = min(len(labels), _FRAMES_PER_RUN)
    chosen = {int(at) for at in rng.choice(len(labels), count, replace=False)}
    leaking = np.flatnonzero((labels == OUTSIDE).sum(axis=(1, 2)) >= _SHOWS_PX)
    return chosen | {int(at) for at in leaking[: _LEAKING_FRAMES * _EVERY : _EVERY]}


def _watch(
    run: Run, outlines: Sequence[Outline], frames: Iterable[StoredFrame], config: ImagingConfig
) -> Iterator[tuple[int, Looked, CoreState]]:
    """Give every judged frame, what the network would have seen there, and the state after it."""
    for step in steps(core.start(run, outlines, config), frames):
        seen, frame = step.after.seen, step.frame
        if not step.shows or seen is None or seen.shown is None or seen.judged_from_s is None:
            continue
        judged_s = frame.time_s - seen.judged_from_s
        yield (
            frame.index,
            looked_at(step.after, seen, seen.shown.evidence, seen.shown.open_, judged_s),
            step.after,
        )


def _stored(planes: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.clip(np.round(planes * STEPS_PER_UNIT), -127, 127).astype(np.int8)


def _truth(labels: NDArray[np.uint8], canvas: Canvas, pose: Pose) -> NDArray[np.uint8]:
    """(2, rows, columns) of the grid: cement, and leak."""
    masks = ((labels == INSIDE) | (labels == OUTSIDE), labels == OUTSIDE)
    shares: list[Image] = [
        onto_grid(lay_on_canvas(bin_down(mask.astype(np.float32), canvas.binning), canvas, pose), canvas)
        for mask in masks
    ]
    return np.round(np.clip(np.stack(shares), 0, 1) * SURE).astype(np.uint8)
