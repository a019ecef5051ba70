"""The network as PyTorch trains it: a small U-Net (Ronneberger 2015), and its ONNX file.

PyTorch and onnx are needed for training alone: `pip install --group training`.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from leakwatch.imaging.network.planes import MULTIPLE, PLANES

_WIDTHS = (12, 24, 32, 48, 64)
"""Channels on each of five scales: 0.5, 1, 2, 4 and 8 mm a pixel."""
_OPSET = 17


class CementNet(nn.Module):
    """Planes (n, planes, rows, columns) to log odds (n, 1, rows, columns)."""

    def __init__(self) -> None:
        super().__init__()
        scales = range(len(_WIDTHS))
        into = (len(PLANES), *_WIDTHS)
        self.down = nn.ModuleList(_block(into[at], _WIDTHS[at], 2 if at else 1) for at in scales)
        self.up = nn.ModuleList(
            _block(_WIDTHS[at] + _WIDTHS[at + 1], _WIDTHS[at], 2 if at else 1) for at in reversed(scales[:-1])
        )
        self.head = nn.Conv2d(_WIDTHS[0], 1, 1)

    def forward(self, planes: Tensor) -> Tensor:
        """Log odds of cement."""
        kept: list[Tensor] = []
        now = planes
        for at, block in enumerate(self.down):
            now = block(functional.max_pool2d(now, 2) if at else now)
            kept.append(now)
        for finer, block in zip(reversed(kept[:-1]), self.up, strict=True):
            now = block(torch.cat([finer, functional.interpolate(now, scale_factor=2.0)], dim=1))
        odds: Tensor = self.head(now)
        return odds


def export(net: CementNet, path: Path) -> None:
    """Write the network as ONNX, for pictures of any size that `MULTIPLE` divides."""
    net.eval()
    free = {2: "rows", 3: "columns"}
    torch.onnx.export(
        net,
        (torch.zeros(1, len(PLANES), 4 * MULTIPLE, 4 * MULTIPLE),),
        str(path),
        input_names=["planes"],
        output_names=["log_odds"],
        dynamic_axes={"planes": free, "log_odds": free},
        opset_version=_OPSET,
        dynamo=False,
    )


def _block(before: int, after: int, count: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for at in range(count):
        layers += [
            nn.Conv2d(after if at else before, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)
