"""Training learns, and goes on where it was stopped as if it had not been."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from leakwatch.bench.bone.gather import BoneView, save
from leakwatch.imaging.bone.planes import planes_of
from leakwatch.nouns import Site

pytest.importorskip("torch", reason="PyTorch is for training alone")
pytest.importorskip("onnx", reason="onnx is for training alone")


def _files(folder: Path) -> list[Path]:
    """Views of bright squares on nothing."""
    rng = np.random.default_rng(5)
    files = []
    for at in range(15):
        bone = np.zeros((90, 90), np.bool_)
        row, column = rng.integers(25, 40, 2)
        bone[row : row + 25, column : column + 25] = True
        seen = np.asarray(2.0 * bone + rng.normal(0, 0.1, bone.shape), np.float32)
        view = BoneView(seen, np.ones_like(bone), bone, 1.0, (0.0, 0.0), Site.VERTEBRA.value, "AP")
        files.append(folder / f"{at}.npz")
        save((view,), files[-1])
    return files


def _logits(network: Path) -> np.ndarray:
    picture = np.zeros((96, 96), np.float32)
    picture[36:60, 36:60] = 2
    net = cv2.dnn.readNetFromONNX(str(network))
    net.setInput(planes_of(picture, np.ones_like(picture, np.bool_), None)[None])
    return np.asarray(net.forward()[0])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_training_learns_and_goes_on_where_it_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leakwatch.bench.bone import train as training

    files = _files(tmp_path)
    monkeypatch.setattr(training, "_REPORT_EVERY", 15)
    training.train(files, 30, 6, 1, tmp_path / "whole.onnx", tmp_path / "whole.pt")
    logits = _logits(tmp_path / "whole.onnx")
    likely = logits[1:].max(axis=0) - logits[0]
    assert likely[40:56, 40:56].mean() > likely[:24, :24].mean() + 0.5

    class _Stopped(Exception):
        """The power went."""

    def stop_after_the_first(*arguments: object) -> None:
        kept(*arguments)
        raise _Stopped

    kept = training._keep
    monkeypatch.setattr(training, "_keep", stop_after_the_first)
    with pytest.raises(_Stopped):
        training.train(files, 30, 6, 1, tmp_path / "two.onnx", tmp_path / "two.pt")
    monkeypatch.setattr(training, "_keep", kept)
    training.train(files, 30, 6, 1, tmp_path / "two.onnx", tmp_path / "two.pt")
    np.testing.assert_allclose(_logits(tmp_path / "two.onnx"), logits, atol=0.02)
