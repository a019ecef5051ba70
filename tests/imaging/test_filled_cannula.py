"""Contrast was injected first; then cement fills the cannula, from outside the patient to the bone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.imaging.field import state as field
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.case import write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

_LEAST_PX = 50


def venogram_then_cement(folder: Path) -> CaseSection:
    """Give the case whose lumen was taken for a leak along the needle; a real torso, no leak."""
    ct = folder / "data" / "ct" / "TotalSegmentator"
    labels = "spine_report_example_ct_report_totalseg"
    return CaseSection.model_validate(
        {
            "machine": {
                "rows": 192,
                "columns": 192,
                "frames": 75,
                "frames_per_s": 15.0,
                "imager_spacing_mm": 0.8077,
                "layout": "single",
                "views": [{"primary_deg": 45.0}],
            },
            "beam": {"kvp": 88.87, "copper_mm": 0.4901},
            "detector": {
                "photons_per_pixel": 2178.0,
                "scatter_to_primary": 0.6839,
                "blur_px": 0.6695,
                "lag": 0.07308,
            },
            "chain": {"bits_stored": 8, "lsb_per_neper": 40.0},
            "anatomy": {
                "kind": "ct",
                "voxel_mm": 0.6,
                "volume": ct / "example_ct.nii.gz",
                "labels": ct / f"{labels}.nii.gz",
                "treated_label": 30,
                "body_labels": ct / f"{labels}_vertebrae_body.nii.gz",
                "body_values": [1],
            },
            "cement": {"product": "baso4_45", "start_s": 3.68, "rate_ml_per_min": 9.3},
            "disturbance": {"venogram": {"start_s": 0.4, "duration_s": 0.8, "washout_s": 0.5}},
        }
    )


@pytest.mark.shared
@pytest.mark.slow
def test_a_cannula_that_fills_does_not_alarm(shared_dir: Path, tmp_path: Path) -> None:
    written = write_case(venogram_then_cement(shared_dir), 1078499780, tmp_path / "case")
    config = Config()
    (run,) = read_runs(find_inputs([written.folder / "dicom"]), config.dicom, config.video).runs
    state = core.start(run, load_outlines(written.outline), config.imaging)
    sight = field.start(run, attenuation_table(run.intensity), config.imaging.field)
    filled, states = 0, set()
    with open_frames(run) as frames:
        for stored in frames:
            sight, frame = field.look(sight, to_frame(stored, run))
            state, row = core.step(state, frame)
            states.add(row.state)
            if state.seen is not None:
                beside = state.seen.cement & state.seen.metal & (state.outside_px > 0)
                filled = max(filled, int(np.count_nonzero(beside)))
    assert filled > _LEAST_PX, "the lumen darkens beside the bone, and it is seen"
    assert "alarm" not in states
