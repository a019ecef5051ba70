"""Training: variations of the gathered views, cross-entropy and Dice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from leakwatch.bench.bone.gather import BoneView, load
from leakwatch.bench.bone.shape import bone_net, export_bone_net
from leakwatch.bench.bone.vary import Lesson, lesson_of
from leakwatch.bench.unet import UNet, learning_rate

_BATCH = 8
_RATE = 3e-3
_DECAY = 1e-4
_DICE_PX = 20.0
_REPORT_EVERY = 200
_WATCHED = 160
"""Lessons of patients kept back, the same ones every time."""


def train(files: Sequence[Path], steps: int, seed: int, threads: int, path: Path) -> None:
    """Train on all views in `files`; one patient in fourteen is kept back to say how it goes."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    rng = np.random.default_rng(seed)
    kept_back = _views(files[::14])
    taught = _views([file for at, file in enumerate(files) if at % 14])
    watched_rng = np.random.default_rng([seed, 1])
    chosen = watched_rng.integers(len(kept_back), size=_WATCHED)
    watched = [lesson_of(kept_back[int(at)], watched_rng) for at in chosen]
    print(f"{len(taught)} views to learn from, {len(kept_back)} kept back", flush=True)
    net = bone_net()
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
    net.train()
    recent = 0.0
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, steps, _RATE)
        lessons = [lesson_of(taught[int(at)], rng) for at in rng.integers(len(taught), size=_BATCH)]
        planes, truth = _stacked(lessons)
        loss = _loss(net(planes), truth)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        recent += (loss.item() - recent) * max(0.02, 1 / (step + 1))
        if (step + 1) % _REPORT_EVERY == 0 or step + 1 == steps:
            dice = _score(net, watched)
            middle, low = np.median(dice), np.percentile(dice, 10)
            print(f"step {step + 1}: loss {recent:.4f}, kept back: Dice {middle:.3f}, {low:.3f}", flush=True)
            export_bone_net(net, path)
            net.train()


def _views(files: Sequence[Path]) -> list[BoneView]:
    return [view for file in files for view in load(file)]


def _stacked(lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
    planes = torch.from_numpy(np.stack([lesson.planes for lesson in lessons]))
    return planes, torch.from_numpy(np.stack([lesson.truth for lesson in lessons]))


def _loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy, and soft Dice of the bone whatever its kind."""
    entropy = functional.cross_entropy(logits, truth)
    likely = 1 - torch.softmax(logits, dim=1)[:, 0]
    there = (truth > 0).float()
    both = (likely * there).sum((1, 2))
    dice = (2 * both + _DICE_PX) / (likely.sum((1, 2)) + there.sum((1, 2)) + _DICE_PX)
    return entropy + 0.5 * (1 - dice).mean()


def _score(net: UNet, lessons: Sequence[Lesson]) -> list[float]:
    """Dice of each."""
    net.eval()
    found = []
    with torch.no_grad():
        for lesson in lessons:
            bone = net(torch.from_numpy(lesson.planes[None]))[0].argmax(0).numpy() > 0
            there = lesson.truth > 0
            if there.any():
                found.append(2 * float((bone & there).sum()) / float(bone.sum() + there.sum()))
    net.train()
    return found
