from pathlib import Path

import numpy as np
import pytest

from leakwatch.bench.looks import main, sheet
from leakwatch.errors import InputError

SAMPLES = Path(__file__).parents[2] / "sample_dicom"


def test_a_case_is_a_column_and_a_run_a_row() -> None:
    one = sheet([SAMPLES / "quiet" / "dicom"], 0.5)
    two = sheet([SAMPLES / "quiet" / "dicom", SAMPLES / "leak-lateral" / "dicom"], 0.5)
    assert one.shape == (18 + 2 * 320, 320 + 4)
    assert two.shape == (one.shape[0], 2 * one.shape[1])
    assert np.array_equal(two[:, : one.shape[1]], one)
    assert one[100:300, 20:300].std() > 20


def test_the_frame_asked_for_is_shown() -> None:
    case = [SAMPLES / "leak-lateral" / "dicom"]
    assert not np.array_equal(sheet(case, 0.1), sheet(case, 0.9))


def test_a_folder_without_recordings_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no recording"):
        sheet([tmp_path], 0.5)


def test_the_program_writes_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert main([str(SAMPLES / "quiet" / "dicom"), "-o", str(out)]) == 0
    assert out.stat().st_size > 10_000
