"""The cement network as PyTorch trains it, and its ONNX file."""

from __future__ import annotations

from pathlib import Path

from leakwatch.bench.unet import UNet, export
from leakwatch.imaging.network.planes import MULTIPLE, PLANES

_WIDTHS = (12, 24, 32, 48, 64)
"""Channels on each of five scales: 0.5, 1, 2, 4 and 8 mm a pixel."""


def cement_net() -> UNet:
    """Give planes (n, planes, rows, columns) to log odds (n, 1, rows, columns), untrained."""
    return UNet(len(PLANES), 1, _WIDTHS)


def export_cement_net(net: UNet, path: Path) -> None:
    """Write the network as ONNX, for pictures of any size that `MULTIPLE` divides."""
    export(net, len(PLANES), 4 * MULTIPLE, path, "log_odds")
