from __future__ import annotations

import numpy as np
import pytest

from leakwatch.bench.long_run import read_all, write_long_run
from leakwatch.bench.mixed_folder import MIXTURE, write_mixed_folder
from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.source.runs import Fate, read_runs


def test_mixed_folder_holds_what_it_says(tmp_path):
    counts = write_mixed_folder(tmp_path, 1000)
    assert counts.keys() == MIXTURE.keys()
    assert sum(counts.values()) == 1000
    config = Config()
    reading = read_runs(find_inputs([tmp_path]), config.dicom, config.video)
    assert sorted(run.frames for run in reading.runs) == [4] * counts["XA multi-frame runs"] + [200]
    failed = [one for one in reading.rest if one.fate is Fate.FAILED]
    assert len(failed) == counts["broken DICOM"]
    assert len(reading.ignored) == counts["texts"] + counts["empty"] + counts["DICOMDIR"]


@pytest.mark.parametrize("coding", ["native", "jpeg-ls", "deflated"])
@pytest.mark.parametrize("order", ["forward", "random"])
def test_long_run_comes_back_as_it_was_written(tmp_path, coding, order):
    path = tmp_path / "run.dcm"
    write_long_run(path, coding, 6, 32)
    read_all(path, order)
    content = path.read_bytes()
    if coding == "native":
        path.write_bytes(content[:-2048] + np.full(1024, 9, "<u2").tobytes())
        with pytest.raises(RuntimeError, match="frame 5 is not the one"):
            read_all(path, order)
