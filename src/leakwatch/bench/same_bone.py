"""Is the bone told from its neighbours? `python -m leakwatch.bench.same_bone --patients 12 --seed 6100`.

A run goes on from an earlier one of the same view where the bone is found again in its picture
(`imaging.motion.same_quality`). Here vertebrae are recorded before cement and again once it has come: where
they were, and with the table moved by about a level, so that a neighbour lies in their place. Prints a table
in Markdown of the best quality with which something was found while it is looked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from leakwatch.bench.survey.tables import table_text
from leakwatch.config import Config
from leakwatch.imaging import core, session
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.imaging.trial import start_trial
from leakwatch.nouns import Frame, Run
from leakwatch.outline.given import load_outlines
from leakwatch.pipeline.plan import make_plan
from leakwatch.simulate.case import write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.testing import tiny_config
from leakwatch.source.frames import open_frames

_VIEWS = {"AP": 0.0, "45°": 45.0, "lateral": 90.0}
_IN_PLACE_MM = (0.0, 3.0, 8.0)
_OTHER_LEVEL_MM = (26.0, 29.0, 32.0, 35.0, 38.0)
_QUANTA = (150.0, 2500.0)
_SECOND_S = 5.0
_CONFIG = Config.model_validate({"imaging": {"bone": {"find": False}}})


@dataclass(frozen=True, slots=True)
class Tried:
    """How well the bone was found after the table had moved by `moved_mm`; 0 where it was not."""

    view: str
    moved_mm: float
    quality: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Try all, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.same_bone", description=__doc__)
    parser.add_argument("--patients", type=int, default=12)
    parser.add_argument("--seed", type=int, default=6100)
    options = parser.parse_args(arguments)
    tried = []
    for patient in range(options.patients):
        for view, primary_deg in _VIEWS.items():
            for moved_mm in (*_IN_PLACE_MM, *_OTHER_LEVEL_MM):
                case = in_two_runs(options.seed + patient, primary_deg, moved_mm)
                tried.append(Tried(view, moved_mm, quality_of(case, options.seed + patient)))
                print(tried[-1], file=sys.stderr)
    print(table(tried, _CONFIG.imaging.motion.same_quality))
    return 0


def in_two_runs(seed: int, primary_deg: float, moved_mm: float) -> CaseSection:
    """Describe a vertebra that is recorded before cement and after, the table moved in between."""
    values = np.random.default_rng([seed, 1])
    told = tiny_config(None, size_px=160).model_dump(by_alias=True)
    view = told["machine"]["views"][0] | {"primary_deg": primary_deg}
    told["machine"] |= {
        "layout": "single",
        "views": [view | {"frames": 14}, view | {"start_s": _SECOND_S, "frames": 11}],
    }
    told["detector"] |= {"photons_per_pixel": float(np.exp(values.uniform(*np.log(_QUANTA))))}
    told["anatomy"] |= {"vary": 1.0, "gas_pockets": 8}
    told["cement"] |= {"start_s": 2.0}
    if moved_mm:
        told["movement"] |= {"pan_time_s": 2.5, "pan_mm": (0.0, 0.0, moved_mm)}
    return CaseSection.model_validate(told)


def quality_of(case: CaseSection, seed: int) -> float:
    """Simulate it, learn from the first run and look for the bone in the second."""
    with TemporaryDirectory(prefix="leakwatch-same-bone-") as name:
        written = write_case(case, seed, Path(name))
        first, second = make_plan((written.folder / "dicom",), _CONFIG).runs
        outlines = load_outlines(written.outline)
        mine = [outline for outline in outlines if outline.sop_instance_uid == first.sop_instance_uid]
        at = session.start(first, mine, _CONFIG.imaging)
        for frame in _frames(first):
            at, _ = session.step(at, frame)
        left = session.leave(at)
        if left is None:
            return 0.0
        trial = start_trial(left, second, (), _SECOND_S)
        looked = [frame for frame in _frames(second) if frame.time_s <= _CONFIG.imaging.bone.search_s]
        motions = [core.step(trial.state, frame)[1].motion for frame in looked]
    return max(0.0 if motion is None else motion.quality for motion in motions)


def table(tried: Sequence[Tried], bound: float) -> str:
    """Write a row per view, for the bone in its place and for its neighbours."""
    rows = []
    for view in _VIEWS:
        for words, places in (("in its place", _IN_PLACE_MM), ("a neighbour there", _OTHER_LEVEL_MM)):
            found = [one.quality for one in tried if one.view == view and one.moved_mm in places]
            taken = sum(quality >= bound for quality in found)
            rows.append(
                (
                    view,
                    words,
                    f"{min(found):.2f}",
                    f"{np.median(found):.2f}",
                    f"{max(found):.2f}",
                    f"{taken}/{len(found)}",
                )
            )
    return table_text(("view", "bone", "quality, least", "median", "most", f"taken up at {bound:g}"), rows)


def _frames(run: Run) -> list[Frame]:
    attenuation = attenuation_table(run.intensity)
    with open_frames(run) as stored:
        return [to_frame(one, run, attenuation) for one in stored]


if __name__ == "__main__":
    sys.exit(main())
