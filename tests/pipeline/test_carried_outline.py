"""An outline drawn later in the run means the same as the one drawn on its first frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leakwatch.config import Config
from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.nouns import FrameResult, Outline, Reason, Run, State
from leakwatch.outline.given import load_outlines
from leakwatch.outline.move import AT_REST, move_polygon, pivot_on
from leakwatch.pipeline.plan import make_plan
from leakwatch.simulate.testing import tiny_case
from leakwatch.source.frames import open_frames

CONFIG = Config()
LATER = 10


def results(run: Run, outlines: Sequence[Outline], network: str) -> list[FrameResult]:
    table = attenuation_table(run.intensity)
    imaging = ImagingConfig.model_validate({"cement": {"network": network}})
    state = core.start(run, outlines, imaging)
    found = []
    with open_frames(run) as stored:
        for one in stored:
            state, result = core.step(state, to_frame(one, run, table))
            found.append(result)
    return found


# The network sees where the outline is, to fractions of a pixel: it draws a pixel of the rim here and there
# differently, of some hundred.
@pytest.mark.slow
@pytest.mark.parametrize(("network", "pixels"), [("off", 2), ("weighs", 10)])
def test_an_outline_is_carried_from_the_frame_it_was_drawn_on(
    tmp_path: Path, network: str, pixels: int
) -> None:
    written = tiny_case(tmp_path, size_px=128, frames=28)
    (run,) = make_plan((written.folder / "dicom",), CONFIG).runs
    (outline,) = load_outlines(written.outline)
    first = results(run, (outline,), network)
    motion = first[LATER].motion
    assert motion is not None
    moved = move_polygon(outline.polygon_xy_px, motion, centre_xy_px=pivot_on(AT_REST, motion))
    assert np.abs(moved - outline.polygon_xy_px).max() > 0.05
    later = results(run, (replace(outline, frame=LATER, polygon_xy_px=moved),), network)
    assert {one.state for one in later[:LATER]} == {State.NO_DECISION}
    assert later[LATER - 1].reason is Reason.NO_OUTLINE
    differ = [int(np.sum(a.labels != b.labels)) for a, b in zip(first, later, strict=True)]
    assert max(differ[LATER:]) <= pixels
    assert [one.state for one in first[LATER:]] == [one.state for one in later[LATER:]]
    # and a leak was there to be told apart
    assert np.sum(first[-1].labels == 2) > 30
