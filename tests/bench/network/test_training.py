"""Training learns."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from leakwatch.imaging.network.planes import PLANES

pytest.importorskip("torch", reason="PyTorch is for training alone")
pytest.importorskip("onnx", reason="onnx is for training alone")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_training_learns_what_is_in_a_plane(tmp_path: Path) -> None:
    from leakwatch.bench.network.gather import STEPS_PER_UNIT, SURE, Samples, save
    from leakwatch.bench.network.train import train

    rng = np.random.default_rng(5)
    files = []
    for at in range(12):
        truth = np.zeros((2, 64, 64), np.uint8)
        row, column = rng.integers(0, 44, 2)
        truth[0, row : row + 20, column : column + 20] = SURE
        planes = np.zeros((len(PLANES), 64, 64), np.int8)
        planes[PLANES.index("contrast")] = np.where(truth[0] > 0, 2 * STEPS_PER_UNIT, 0)
        planes[PLANES.index("open")] = STEPS_PER_UNIT
        files.append(tmp_path / f"{at}.npz")
        save(Samples((planes,), (truth,)), files[-1])
    train(files, 80, 6, 1, tmp_path / "net.onnx")
    net = cv2.dnn.readNetFromONNX(str(tmp_path / "net.onnx"))
    planes = np.zeros((1, len(PLANES), 64, 64), np.float32)
    planes[0, PLANES.index("open")] = 1
    planes[0, PLANES.index("contrast"), 20:44, 20:44] = 2
    net.setInput(planes)
    odds = net.forward()[0, 0]
    assert odds[24:40, 24:40].mean() > odds[:12, :12].mean() + 0.5
