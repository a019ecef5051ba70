"""The network that is trained and the one that OpenCV runs are the same function."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from leakwatch.imaging.bone.network import CLASSES
from leakwatch.imaging.bone.planes import MULTIPLE, PLANES

torch = pytest.importorskip("torch", reason="PyTorch is for training alone")
pytest.importorskip("onnx", reason="onnx is for training alone")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("rows", "columns"), [(4, 6), (9, 5)])
def test_what_is_exported_says_what_was_trained(rows: int, columns: int, tmp_path: Path) -> None:
    from leakwatch.bench.bone.shape import bone_net, export_bone_net

    torch.manual_seed(3)
    net = bone_net()
    export_bone_net(net, tmp_path / "net.onnx")
    planes = np.random.default_rng(4).normal(0, 1, (1, len(PLANES), rows * MULTIPLE, columns * MULTIPLE))
    shipped = cv2.dnn.readNetFromONNX(str(tmp_path / "net.onnx"))
    shipped.setInput(planes.astype(np.float32))
    with torch.no_grad():
        trained = net(torch.from_numpy(planes.astype(np.float32))).numpy()
    assert trained.shape[1] == len(CLASSES)
    np.testing.assert_allclose(shipped.forward(), trained, atol=1e-4)
