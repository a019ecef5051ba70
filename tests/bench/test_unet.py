"""The network that is trained and the one that OpenCV runs are the same function."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from leakwatch.imaging.bone import network as bone
from leakwatch.imaging.bone import planes as bone_planes
from leakwatch.imaging.network import planes as cement_planes

torch = pytest.importorskip("torch", reason="PyTorch is for training alone")
pytest.importorskip("onnx", reason="onnx is for training alone")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", ["bone", "cement"])
@pytest.mark.parametrize(("rows", "columns"), [(4, 6), (9, 5)])
def test_what_is_exported_says_what_was_trained(kind: str, rows: int, columns: int, tmp_path: Path) -> None:
    from leakwatch.bench.bone.shape import bone_net, export_bone_net
    from leakwatch.bench.network.shape import cement_net, export_cement_net

    torch.manual_seed(3)
    if kind == "bone":
        net, export, seen, outputs = bone_net(), export_bone_net, bone_planes, len(bone.CLASSES)
    else:
        net, export, seen, outputs = cement_net(), export_cement_net, cement_planes, 1
    export(net, tmp_path / "net.onnx")
    shape = (1, len(seen.PLANES), rows * seen.MULTIPLE, columns * seen.MULTIPLE)
    planes = np.random.default_rng(4).normal(0, 1, shape).astype(np.float32)
    shipped = cv2.dnn.readNetFromONNX(str(tmp_path / "net.onnx"))
    shipped.setInput(planes)
    with torch.no_grad():
        trained = net(torch.from_numpy(planes)).numpy()
    assert trained.shape[1] == outputs
    np.testing.assert_allclose(shipped.forward(), trained, atol=1e-4)


def test_the_rate_warms_up_and_comes_down() -> None:
    from leakwatch.bench.unet import learning_rate

    rates = [learning_rate(step, 1000, 2e-3) for step in range(1000)]
    assert rates[0] < rates[20] < rates[49]
    assert max(rates) == pytest.approx(2e-3, rel=0.02)
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert 0 < rates[-1] < 5e-5
