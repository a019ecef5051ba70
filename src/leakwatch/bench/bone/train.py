"""Training: variations of the gathered views, cross-entropy and Dice; goes on where it was stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
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
_REPORT_EVERY = 500
_WATCHED = 160
"""Lessons of patients kept back, the same ones every time."""
_AHEAD = 8
"""Batches that are made ready while the network learns."""
_EVEN = 0.5
"""Power of a site's count that goes to its share of the lessons: 1 as they come, 0 all sites alike."""


def train(files: Sequence[Path], steps: int, seed: int, threads: int, path: Path, kept: Path) -> None:
    """Train on all views in `files`; one patient in fourteen is kept back to say how it goes.

    Parameters
    ----------
    path
        Where the network goes.
    kept
        Where training is kept, to go on from after it was stopped.
    """
    torch.set_num_threads(threads)
    kept_back = _views(files[::14])
    taught = _views([file for at, file in enumerate(files) if at % 14])
    watched_rng = np.random.default_rng([seed, 1])
    chosen = watched_rng.integers(len(kept_back), size=_WATCHED)
    watched = [lesson_of(kept_back[int(at)], watched_rng) for at in chosen]
    print(f"{len(taught)} views to learn from, {len(kept_back)} kept back", flush=True)
    torch.manual_seed(seed)
    net = bone_net().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
    first = _go_on(net, optimiser, kept)
    # half the time where the processor multiplies bfloat16 by itself, several times as long where it does not
    half = bool(torch.cpu.get_capabilities().get("amx_bf16", False))
    net.train()
    recent = 0.0
    for step, (planes, truth) in enumerate(_batches(taught, range(first, steps), seed), first):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, steps, _RATE)
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits = net(planes.contiguous(memory_format=torch.channels_last))
        loss = _loss(logits.float(), truth)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        recent += (loss.item() - recent) * max(0.01, 1 / (step - first + 1))
        if (step + 1) % _REPORT_EVERY == 0 or step + 1 == steps:
            dice = _score(net, watched)
            middle, low = np.median(dice), np.percentile(dice, 10)
            print(f"step {step + 1}: loss {recent:.4f}, kept back: Dice {middle:.3f}, {low:.3f}", flush=True)
            _keep(net, optimiser, step + 1, kept)
    export_bone_net(net, path)


def _views(files: Sequence[Path]) -> list[BoneView]:
    return [view for file in files for view in load(file)]


def _shares(views: Sequence[BoneView]) -> NDArray[np.float64]:
    """Give how often each view is learned from: rare sites more often than they come."""
    counts = Counter(view.site for view in views)
    weights = np.array([counts[view.site] ** (_EVEN - 1) for view in views])
    return np.asarray(weights / weights.sum(), np.float64)


def _batches(views: Sequence[BoneView], steps: range, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Give the lessons of each step; those of a step are the same wherever training begins."""
    shares = _shares(views)

    def batch(step: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng([seed, 2, step])
        lessons = [lesson_of(views[int(at)], rng) for at in rng.choice(len(views), _BATCH, p=shares)]
        return _stacked(lessons)

    with ThreadPoolExecutor(1) as pool:
        ready = [pool.submit(batch, step) for step in steps[:_AHEAD]]
        for step in steps:
            now = ready.pop(0).result()
            if step + _AHEAD < steps.stop:
                ready.append(pool.submit(batch, step + _AHEAD))
            yield now


def _go_on(net: UNet, optimiser: torch.optim.Optimizer, kept: Path) -> int:
    """Take up what was kept of an earlier training, and give its step; 0 if there is none."""
    if not kept.exists():
        return 0
    state = torch.load(kept)
    net.load_state_dict(state["net"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def _keep(net: UNet, optimiser: torch.optim.Optimizer, step: int, kept: Path) -> None:
    part = kept.with_suffix(".part")
    torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, part)
    part.replace(kept)


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
