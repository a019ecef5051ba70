"""The bone network as PyTorch trains it, and its ONNX file."""

from __future__ import annotations

from pathlib import Path

from leakwatch.bench.unet import UNet, export
from leakwatch.imaging.bone.network import CLASSES
from leakwatch.imaging.bone.planes import MULTIPLE, PLANES

_WIDTHS = (32, 64, 96, 128, 192)
"""Channels on each of five scales: 1, 2, 4, 8 and 16 mm a pixel."""


def bone_net() -> UNet:
    """Give planes (n, planes, rows, columns) to one logit per class, untrained."""
    return UNet(len(PLANES), len(CLASSES), _WIDTHS)


def export_bone_net(net: UNet, path: Path) -> None:
    """Write the network as ONNX, for pictures of any size that `MULTIPLE` divides."""
    export(net, len(PLANES), 4 * MULTIPLE, path, "logits")
