"""Is a CT's bone found? `python -m leakwatch.bench.ct_registration --ct CT --labels MAP --label N`.

Runs are simulated from the CT, the CT's bone is laid on their first frames from a start that is off, and the
pose that is found is compared with the one that the simulator used.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.ct.bone import LabelledBone, labelled_bone
from leakwatch.ct.drr import beam_lps
from leakwatch.ct.pose import BonePose, mean_distance_mm, mean_in_plane_mm
from leakwatch.ct.register import DISAGREEMENT_MM, View, register
from leakwatch.simulate.anatomy.ct.read import read_labels, read_volume
from leakwatch.simulate.anatomy.ct.study import open_study, treated_part
from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.run import SimulatedRun, simulate

_START_MM, _START_DEG = 10.0, 5.0
_FOUND_MM = 2.0
_FRAMES = 4
"""Averaged into the picture; cement starts later."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One registration: its true errors, its own estimate, and seconds."""

    views: int
    start_mm: float
    mtre_mm: float
    in_plane_mm: float
    estimate_mm: float
    in_plane_estimate_mm: float
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line per registration to stderr, and a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.ct_registration", description=__doc__)
    parser.add_argument("--ct", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--label", type=int, required=True, action="append", help="may be given again")
    parser.add_argument("--starts", type=int, default=10, help="per label")
    parser.add_argument("--seed", type=int, default=3102)
    options = parser.parse_args(arguments)
    trials: list[Trial] = []
    for label in options.label:
        section = CtSection(volume=options.ct.resolve(), labels=options.labels.resolve(), treated_label=label)
        case = CaseSection(anatomy=section)
        try:
            runs = simulate(case, options.seed)
        except ValueError as error:
            print(f"label {label}: {error}", file=sys.stderr)
            continue
        bone = labelled_bone(read_volume(section.volume), read_labels(section.labels), label)
        true = _true_pose(section, bone, runs[0])
        views = [_view(run) for run in runs]
        for number in range(options.starts):
            start = true.moved(_offset(np.random.default_rng([options.seed, label, number])))
            for used in (views, views[:1]):
                trial = _trial(bone, used, start, true, number)
                print(f"label {label}, start {number}: {trial}", file=sys.stderr, flush=True)
                trials.append(trial)
    if not trials:
        print("nothing could be simulated", file=sys.stderr)
        return 3
    print(_table(trials))
    return 0


def _true_pose(section: CtSection, bone: LabelledBone, run: SimulatedRun) -> BonePose:
    _, treated = treated_part(open_study(section), section)
    shift = np.subtract(section.centre_mm, extent_of(treated).middle_mm)
    times_s = run.start_s + run.frame_times_s[:_FRAMES]
    poses = [run.scene.movement.bone(float(time_s)) for time_s in times_s]
    shift = shift + np.mean([pose.shift_mm for pose in poses], axis=0)
    x, y, z = (float(n) for n in bone.centre_mm + shift)
    # Breathing turns the bone by at most 0.1 degrees, and that about the treated body: it is left out.
    return BonePose(bone.centre_mm, (x, y, z))


def _view(run: SimulatedRun) -> View:
    """Average the first frames; the simulator's default chain stores the logarithm, dark bone low."""
    stored = [frame.stored for frame, _ in zip(run.frames(), range(_FRAMES), strict=False)]
    machine = run.scene.config.machine
    attenuation = -np.mean(stored, axis=0, dtype=np.float32)
    return View(np.asarray(attenuation, np.float32), machine.carm(machine.views[run.plane]))


def _offset(rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a start error: any direction and axis, up to the largest length and angle."""
    shift, turn = rng.standard_normal(3), rng.standard_normal(3)
    shift *= _START_MM * rng.uniform() / np.linalg.norm(shift)
    turn *= _START_DEG * rng.uniform() / np.linalg.norm(turn)
    return np.concatenate([shift, turn])


def _trial(bone: LabelledBone, views: Sequence[View], start: BonePose, true: BonePose, seed: int) -> Trial:
    began = time.perf_counter()
    found = register(bone, views, start, seed)
    seconds = time.perf_counter() - began
    beams = [beam_lps(view.carm) for view in views]
    return Trial(
        len(views),
        mean_distance_mm(bone.points_mm, start, true),
        mean_distance_mm(bone.points_mm, found.pose, true),
        max(mean_in_plane_mm(bone.points_mm, found.pose, true, beam) for beam in beams),
        found.disagreement_mm,
        found.in_plane_disagreement_mm,
        seconds,
    )


def _table(trials: Sequence[Trial]) -> str:
    lines = [
        "| views | n | start mTRE median | mTRE median | p90 | below 2 mm | in-plane median | p90"
        " | below 2 mm | estimate within bound, and 2 mm or more off | the same in-plane"
        " | seconds median | most |",
        "|" + "---|" * 13,
    ]
    for views in sorted({trial.views for trial in trials}):
        those = [trial for trial in trials if trial.views == views]
        error = np.array([trial.mtre_mm for trial in those])
        plane = np.array([trial.in_plane_mm for trial in those])
        within = np.array([trial.estimate_mm <= DISAGREEMENT_MM for trial in those])
        flat = np.array([trial.in_plane_estimate_mm <= DISAGREEMENT_MM for trial in those])
        seconds = [trial.seconds for trial in those]
        cells = [
            str(views),
            str(len(those)),
            f"{np.median([trial.start_mm for trial in those]):.1f} mm",
            *_spread(error),
            *_spread(plane),
            f"{within.sum()}, {(within & (error >= _FOUND_MM)).sum()}",
            f"{flat.sum()}, {(flat & (plane >= _FOUND_MM)).sum()}",
            f"{np.median(seconds):.1f}",
            f"{max(seconds):.1f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(error: NDArray[np.float64]) -> tuple[str, str, str]:
    return (
        f"{np.median(error):.2f} mm",
        f"{np.quantile(error, 0.9):.2f} mm",
        f"{np.mean(error < _FOUND_MM):.0%}",
    )


if __name__ == "__main__":
    sys.exit(main())
