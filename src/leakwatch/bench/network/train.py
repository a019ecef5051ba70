"""Training: crops of the gathered frames, turned and mirrored, cross-entropy and Dice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from leakwatch.bench.network.gather import STEPS_PER_UNIT, SURE, load
from leakwatch.bench.network.shape import cement_net, export_cement_net
from leakwatch.bench.unet import UNet, learning_rate
from leakwatch.imaging.network.planes import PLANES

_BATCH = 12
_CROP_PX = 160
_RATE = 3e-3
_DECAY = 1e-4
_LEAK_WEIGHT = 3.0
"""A pixel of leak counts so much more than another: there are few of them."""
_DICE_WEIGHT = 0.5
_DICE_PX = 20.0
_GAIN_SPREAD = 0.25
_ATTENUATIONS = [PLANES.index(name) for name in ("contrast", "evidence", "memory", "level", "unrest")]
_OUTSIDE, _OPEN = PLANES.index("outside"), PLANES.index("open")
_REPORT_EVERY = 200

Sample = tuple[NDArray[np.int8], NDArray[np.uint8]]


def train(files: Sequence[Path], steps: int, seed: int, threads: int, path: Path) -> None:
    """Train on all frames in `files`; one case in ten is kept back to say how it goes."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(seed)
    kept_back = _samples(files[::10])
    taught = _samples([file for at, file in enumerate(files) if at % 10])
    print(f"{len(taught)} frames to learn from, {len(kept_back)} kept back", flush=True)
    net = cement_net()
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
    net.train()
    recent = 0.0
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, steps, _RATE)
        crops = [_crop(taught[int(at)], rng) for at in rng.integers(len(taught), size=_BATCH)]
        planes = torch.from_numpy(np.stack([crop[0] for crop in crops]))
        truth = torch.from_numpy(np.stack([crop[1] for crop in crops]))
        loss = _loss(net(planes), truth, planes[:, _OPEN : _OPEN + 1])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        recent += (loss.item() - recent) * max(0.02, 1 / (step + 1))
        if (step + 1) % _REPORT_EVERY == 0 or step + 1 == steps:
            dice, found = _score(net, kept_back)
            said = f"loss {recent:.4f}, kept back: Dice {dice:.3f} mean, {found:.3f} of leak pixels found"
            print(f"step {step + 1}: {said}", flush=True)
    export_cement_net(net, path)


def _samples(files: Sequence[Path]) -> list[Sample]:
    found: list[Sample] = []
    for file in files:
        samples = load(file)
        found += zip(samples.planes, samples.truth, strict=True)
    return found


def _loss(odds: Tensor, truth: Tensor, open_: Tensor) -> Tensor:
    """Weighted cross-entropy, which keeps the odds honest, and soft Dice, which keeps small things."""
    cement, leak = truth[:, :1], truth[:, 1:]
    weight = (1 + _LEAK_WEIGHT * leak) * (open_ > 0.5)
    entropy = functional.binary_cross_entropy_with_logits(odds, cement, reduction="none")
    likely, there = torch.sigmoid(odds) * open_, cement * open_
    both = (likely * there).sum((1, 2, 3))
    all_ = likely.sum((1, 2, 3)) + there.sum((1, 2, 3))
    dice = (2 * both + _DICE_PX) / (all_ + _DICE_PX)
    return (entropy * weight).sum() / weight.sum() + _DICE_WEIGHT * (1 - dice).mean()


def _crop(sample: Sample, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cut a square around leak, cement or anything; turn it, mirror it, change its gain."""
    stored, truth = sample
    rows, columns = stored.shape[1:]
    row, column = _centre(truth, rng) + rng.integers(-40, 41, 2)
    top = int(np.clip(row - _CROP_PX // 2, 0, max(0, rows - _CROP_PX)))
    left = int(np.clip(column - _CROP_PX // 2, 0, max(0, columns - _CROP_PX)))
    window = np.s_[:, top : top + _CROP_PX, left : left + _CROP_PX]
    way = int(rng.integers(8))
    planes = _turned(stored[window].astype(np.float32) / np.float32(STEPS_PER_UNIT), way)
    shares = _turned(truth[window].astype(np.float32) / np.float32(SURE), way)
    if rng.random() < 0.3:
        gain = np.float32(np.exp(rng.normal(0, _GAIN_SPREAD)))
        squeezed = np.arcsinh(np.sinh(planes[_ATTENUATIONS]) * gain)
        planes[_ATTENUATIONS] = np.clip(squeezed, -4, 4)
    if rng.random() < 0.03:  # as where no outline is given
        planes[_OUTSIDE] = -2.0
    return planes, shares


def _centre(truth: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.intp]:
    chance = rng.random()
    for wanted, plane in ((0.35, 1), (0.65, 0)):
        if chance < wanted:
            places = np.argwhere(truth[plane] > SURE // 2)
            if len(places):
                return np.asarray(places[rng.integers(len(places))], np.intp)
    return np.asarray(rng.integers(truth.shape[1:]), np.intp)


def _turned(planes: NDArray[np.float32], way: int) -> NDArray[np.float32]:
    """One of the eight ways to lay a square, filled up to the size of a crop."""
    short = [(0, 0), *((0, _CROP_PX - side) for side in planes.shape[1:])]
    square = np.rot90(np.pad(planes, short), way % 4, axes=(1, 2))
    return np.ascontiguousarray(square[:, ::-1] if way >= 4 else square)


def _score(net: UNet, samples: Sequence[Sample]) -> tuple[float, float]:
    """Mean Dice of cement, and the mean share of leak pixels that are found."""
    net.eval()
    dice, found = [], []
    with torch.no_grad():
        for stored, truth in samples:
            planes = torch.from_numpy(stored[None].astype(np.float32) / STEPS_PER_UNIT)
            open_ = stored[_OPEN] > STEPS_PER_UNIT // 2
            marked = (net(planes)[0, 0].numpy() > 0) & open_
            cement, leak = (truth[0] > SURE // 2) & open_, (truth[1] > SURE // 2) & open_
            if cement.sum() > 80:
                dice.append(2 * np.count_nonzero(marked & cement) / (marked.sum() + cement.sum()))
            if leak.sum() > 16:
                found.append(np.count_nonzero(marked & leak) / leak.sum())
    net.train()
    return float(np.mean(dice)) if dice else 0.0, float(np.mean(found)) if found else 0.0
