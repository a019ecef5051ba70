"""Real recordings and reference cases, where they lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.read import read_run
from leakwatch.imaging.field import state as field
from leakwatch.source.frames import open_frames

from .machine import Played, play

pytestmark = [pytest.mark.shared]

# File, and how many pixels wide the dark rims are: left, top, right, bottom; measured by eye.
REAL = {
    "AngioData_dcm/P4_C5.dcm": (12, 7, 8, 10),
    "AngioData_dcm/P6_C1.dcm": (11, 9, 16, 9),
    "Vukicevic_XA_phantom/IM1.dcm": (9, 13, 16, 9),
    "Vukicevic_XA_phantom/IM5.dcm": (12, 10, 11, 9),
}


def played(path: Path, frames: int) -> Played:
    run = read_run(path, DicomConfig())
    with open_frames(run) as reader:
        return play(run, [reader[index] for index in range(min(frames, len(reader)))])


@pytest.mark.parametrize("name", list(REAL))
def test_rims_of_real_recordings_are_left_out_and_no_more(shared_dir: Path, name: str) -> None:
    result = played(shared_dir / "data" / "xray" / name, 6)
    left_out = ~result.after[5].valid
    rows, columns = left_out.shape
    left, top, right, bottom = REAL[name]
    middle = np.s_[rows // 3 : 2 * rows // 3]
    found = (
        np.mean(left_out[middle, : columns // 4].sum(axis=1)),
        np.mean(left_out[: rows // 4, middle].sum(axis=0)),
        np.mean(left_out[middle, -columns // 4 :].sum(axis=1)),
        np.mean(left_out[-rows // 4 :, middle].sum(axis=0)),
    )
    assert np.all(np.array(found) >= np.array([left, top, right, bottom]) - 3)
    assert np.all(np.array(found) <= np.array([left, top, right, bottom]) + 14)
    assert not result.lost(5)[rows // 8 : -rows // 8, columns // 8 : -columns // 8].any()


def test_a_round_field_within_blades_is_found(shared_dir: Path) -> None:
    result = played(shared_dir / "data" / "xray" / "Rubo_XA" / "jpeg_baseline_8bit_96f.dcm", 4)
    blades = result.state.followed.blades
    assert blades.circle is not None
    assert blades.lines[0] is not None
    assert blades.lines[2] is not None
    left_out = ~result.after[3].valid
    assert left_out[:60, :60].sum() > 2000
    assert not left_out[120:400, 120:400].any()
    assert result.state.boxes == ()


@pytest.mark.slow
@pytest.mark.parametrize("plane", ["A", "B"])
@pytest.mark.parametrize(
    "case", ["dev1-lateral", "dev2-epidural", "dev3-disc-jump", "dev4-quiet-breath", "dev5-vein"]
)
def test_nothing_is_taken_from_pictures_without_blades_or_text(
    shared_dir: Path, case: str, plane: str
) -> None:
    result = played(shared_dir / "devset" / case / "dicom" / f"run{plane}.dcm", 90)
    assert all(after is before for before, after in zip(result.before, result.after, strict=True))
    assert field.finish(result.state).warnings == ()
