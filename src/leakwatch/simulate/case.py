"""A whole case as a folder: DICOM, outline and truth."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.errors import UsageError
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.files.dicom_writer import RunIdentity, run_identities, write_run
from leakwatch.simulate.files.identity import case_digest
from leakwatch.simulate.run import SimulatedRun, simulate
from leakwatch.simulate.truth.files import (
    RunTruth,
    is_simulated,
    label_pages,
    write_case_truth,
    write_frames_table,
    write_outlines,
)
from leakwatch.simulate.truth.frame import FrameTruth

Advance = Callable[[int, int], None]
"""Called after each frame with the frames done, and those of all runs together."""


_STAGING = ".writing"
_PARTS = ("dicom", "truth", "outline.json")


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """Where a case went: its folder, DICOM files and outline, and the SOP Instance UID of each file."""

    folder: Path
    dicom: tuple[Path, ...]
    outline: Path
    truth: Path
    sop_instance_uids: tuple[str, ...]


def _to_nobody(done: int, total: int) -> None:
    """Report to nobody."""


def write_case(config: CaseSection, seed: int, folder: Path, advance: Advance = _to_nobody) -> WrittenCase:
    """Simulate a case and write it; the same configuration and seed write the same bytes.

    Writes ``dicom/run*.dcm``, A and B for the two planes of a biplane machine and else numbered,
    ``outline.json``, ``truth/case.json`` and ``truth/<sop_instance_uid>/{frames.csv, labels.tif}``;
    an older case in `folder` is replaced once the new one is complete.

    Raises
    ------
    ValueError
        The configuration cannot be simulated; the text says why.
    UsageError
        The folder holds recordings or outlines that were not simulated.
    OSError
        The folder cannot be written.
    """
    _refuse_to_replace_what_was_not_simulated(folder)
    digest = case_digest(config, seed)
    runs = simulate(config, seed)
    identities = run_identities(digest, config.machine)
    names = [identity.sop_instance_uid for identity in identities]
    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    (staging / "dicom").mkdir(parents=True)
    try:
        # First of all: a bone that is not in the picture is known before any frame is made.
        write_outlines(staging / "outline.json", runs, names)
        truths = _write_runs(runs, identities, config, digest, staging, advance)
        write_case_truth(staging / "truth" / "case.json", runs[0].scene, truths)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    # Not undone on trouble: what was there before lies within `staging` until all is in place.
    _swap_in(staging, folder)
    shutil.rmtree(staging)
    return WrittenCase(
        folder,
        tuple(folder / "dicom" / _file_name(identity.plane, config) for identity in identities),
        folder / "outline.json",
        folder / "truth",
        tuple(names),
    )


def _write_runs(
    runs: tuple[SimulatedRun, ...],
    identities: tuple[RunIdentity, ...],
    config: CaseSection,
    digest: str,
    staging: Path,
    advance: Advance,
) -> list[RunTruth]:
    done, total = 0, sum(len(run.frame_times_s) for run in runs)
    truths: list[RunTruth] = []
    for run, identity in zip(runs, identities, strict=True):
        path = staging / "dicom" / _file_name(identity.plane, config)
        truth_folder = staging / "truth" / identity.sop_instance_uid
        kept: list[FrameTruth] = []
        with label_pages(truth_folder / "labels.tif") as add_page:

            def report(frames: int, before: int = done) -> None:
                advance(before + frames, total)

            write_run(path, _played(run, add_page, kept, report), config, digest, identity)
        write_frames_table(truth_folder / "frames.csv", kept)
        truths.append(RunTruth(identity.sop_instance_uid, run, tuple(kept)))
        done += len(kept)
    return truths


def _played(
    run: SimulatedRun,
    add_page: Callable[[FrameTruth], None],
    kept: list[FrameTruth],
    report: Callable[[int], None],
) -> Iterator[NDArray[np.uint16]]:
    """Play a run for the writer of pictures, and put the truth of each frame where it belongs."""
    for frame in run.frames():
        add_page(frame.truth)
        kept.append(frame.truth.without_labels())
        report(len(kept))
        yield frame.stored


def _file_name(plane: int, config: CaseSection) -> str:
    return f"run{'AB'[plane] if config.machine.layout == 'biplane' else plane + 1}.dcm"


def _refuse_to_replace_what_was_not_simulated(folder: Path) -> None:
    """Raise unless the places a case takes are free, or hold an older simulated case."""
    if any((folder / name).exists() for name in _PARTS) and not is_simulated(folder / "truth" / "case.json"):
        msg = f"{folder}: holds recordings or outlines that were not simulated; choose another folder"
        raise UsageError(msg)


def _swap_in(staging: Path, folder: Path) -> None:
    """Put the new parts in place; the old ones are only deleted once all the new ones are there."""
    aside = staging / "old"
    aside.mkdir()
    for name in _PARTS:
        if (folder / name).exists():
            (folder / name).replace(aside / name)
    for name in _PARTS:
        (staging / name).replace(folder / name)
