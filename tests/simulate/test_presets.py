"""Every packaged case plays to its end and does what its name says; coarse, for time."""

import numpy as np
import pytest

from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.load import load_case, merged, preset_names
from leakwatch.simulate.run import simulate

SIDE = 72


def coarse(preset: str) -> CaseSection:
    case = load_case(preset)
    machine = case.machine
    spacing = machine.imager_spacing_mm * machine.columns / SIDE
    changes = {
        "machine": {"rows": SIDE, "columns": SIDE, "imager_spacing_mm": spacing},
        "anatomy": {"voxel_mm": 1.0},
    }
    return CaseSection.model_validate(merged(case.model_dump(mode="json", by_alias=True), changes))


@pytest.mark.slow
@pytest.mark.parametrize("preset", preset_names())
def test_a_preset_plays_to_its_end(preset: str) -> None:
    config = coarse(preset)
    runs = simulate(config, seed=3)
    assert len(runs) == len(config.machine.views)
    leaked_ul = cement_ul = 0.0
    for run in runs:
        frames = list(run.frames())
        assert len(frames) == len(run.frame_times_s)
        assert all(np.ptp(frame.stored) > 0 for frame in frames)
        assert run.treated_mm().max() > 5
        leaked_ul, cement_ul = frames[-1].truth.leak_ul, frames[-1].truth.cement_ul
    assert cement_ul > 100
    assert (leaked_ul > 5) == (config.leak is not None)
