"""One run of the trial, in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from leakwatch.bench.nuisances.catalogue import named
from leakwatch.bench.nuisances.play import Played, play


@dataclass(frozen=True, slots=True)
class Task:
    """What to play: a nuisance by its name, a seed, with or without a leak."""

    name: str
    seed: int
    leaking: bool


def work(task: Task) -> Played | None:
    """Play one; None where this patient has no such leak."""
    cv2.setNumThreads(1)
    try:
        return play(named(task.name), task.seed, task.leaking)
    except ValueError:
        if not task.leaking:
            raise
        return None
