"""Gather the samples of many cases, one file each; goes on where it was stopped."""

from __future__ import annotations

from functools import partial
from multiprocessing import get_context
from pathlib import Path

from leakwatch.bench.network.gather import gather, save


def collect(cases: int, seed: int, jobs: int, out: Path) -> list[Path]:
    """Gather what is not there yet; the files of all cases, by index."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{seed}-{index:04d}.npz" for index in range(cases)]
    missing = [index for index, path in enumerate(paths) if not path.exists()]
    with get_context("spawn").Pool(jobs, maxtasksperchild=20) as pool:
        for index in pool.imap_unordered(partial(_gather_to, seed=seed, out=out), missing):
            print(f"case {index}", flush=True)
    return paths


def _gather_to(index: int, seed: int, out: Path) -> int:
    save(gather(index, seed), out / f"{seed}-{index:04d}.npz")
    return index
