"""Gather what is simulated, one file each, several at a time; goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

_AT_A_TIME = 20
"""After so many a process is replaced: some libraries keep memory."""


def collect_files(
    gather_to: Callable[[int, int, Path], None], count: int, seed: int, jobs: int, out: Path
) -> list[Path]:
    """Gather what `out` does not hold yet; the files of all, by index.

    Parameters
    ----------
    gather_to
        Makes the file of an index of a seed. A function of a module: other processes find it by its name.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{seed}-{index:04d}.npz" for index in range(count)]
    missing = [(index, path) for index, path in enumerate(paths) if not path.exists()]
    with get_context("spawn").Pool(jobs, maxtasksperchild=_AT_A_TIME) as pool:
        for index in pool.imap_unordered(partial(_gather, gather_to, seed), missing):
            print(f"{index} of {count}", flush=True)
    return paths


def _gather(gather_to: Callable[[int, int, Path], None], seed: int, wanted: tuple[int, Path]) -> int:
    index, path = wanted
    gather_to(index, seed, path)
    return index
