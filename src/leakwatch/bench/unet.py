"""A small U-Net (Ronneberger 2015) as PyTorch trains it, and its ONNX file.

PyTorch and onnx are needed for training alone: `pip install --group training`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

_OPSET = 17
_WARM_UP = 50


class UNet(nn.Module):
    """Planes (n, planes, rows, columns) to (n, outputs, rows, columns); `widths` are channels per scale."""

    def __init__(self, planes: int, outputs: int, widths: Sequence[int]) -> None:
        super().__init__()
        scales = range(len(widths))
        into = (planes, *widths)
        self.down = nn.ModuleList(_block(into[at], widths[at], 2 if at else 1) for at in scales)
        self.up = nn.ModuleList(
            _block(widths[at] + widths[at + 1], widths[at], 2 if at else 1) for at in reversed(scales[:-1])
        )
        self.head = nn.Conv2d(widths[0], outputs, 1)

    def forward(self, planes: Tensor) -> Tensor:
        """One number per pixel and output."""
        kept: list[Tensor] = []
        now = planes
        for at, block in enumerate(self.down):
            now = block(functional.max_pool2d(now, 2) if at else now)
            kept.append(now)
        for finer, block in zip(reversed(kept[:-1]), self.up, strict=True):
            now = block(torch.cat([finer, functional.interpolate(now, scale_factor=2.0)], dim=1))
        found: Tensor = self.head(now)
        return found


def learning_rate(step: int, steps: int, highest: float) -> float:
    """Give the rate of a step: warmed up, then down along half a cosine (Loshchilov 2017)."""
    warm = min(1, (step + 1) / _WARM_UP)
    return float(highest * warm * (0.5 * (1 + np.cos(np.pi * step / steps)) + 0.01))


def export(net: UNet, planes: int, side: int, path: Path, output: str) -> None:
    """Write the network as ONNX, for pictures of any size that its halvings divide, as they do `side`."""
    net.eval()
    free = {2: "rows", 3: "columns"}
    torch.onnx.export(
        net,
        (torch.zeros(1, planes, side, side),),
        str(path),
        input_names=["planes"],
        output_names=[output],
        dynamic_axes={"planes": free, output: free},
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
