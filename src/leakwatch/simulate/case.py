"""A whole case as a folder: DICOM, outline and truth."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.files.dicom_writer import run_identities, write_run
from leakwatch.simulate.files.identity import case_digest
from leakwatch.simulate.run import SimulatedRun, simulate
from leakwatch.simulate.truth.files import (
    RunTruth,
    label_pages,
    write_case_truth,
    write_frames_table,
    write_outlines,
)
from leakwatch.simulate.truth.frame import FrameTruth

Advance = Callable[[int, int], None]
"""Called after each frame with the frames done, and those of all runs together."""


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
    OSError
        The folder cannot be written.
    """
    digest = case_digest(config, seed)
    runs = simulate(config, seed)
    identities = run_identities(digest, config.machine)
    staging = folder / ".writing"
    shutil.rmtree(staging, ignore_errors=True)
    (staging / "dicom").mkdir(parents=True)
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
    write_outlines(staging / "outline.json", runs[0].scene, truths)
    write_case_truth(staging / "truth" / "case.json", runs[0].scene, truths)
    for name in ("dicom", "truth", "outline.json"):
        _replace(staging / name, folder / name)
    staging.rmdir()
    return WrittenCase(
        folder,
        tuple(folder / "dicom" / _file_name(identity.plane, config) for identity in identities),
        folder / "outline.json",
        folder / "truth",
        tuple(identity.sop_instance_uid for identity in identities),
    )


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


def _replace(new: Path, old: Path) -> None:
    if old.is_dir():
        shutil.rmtree(old)
    new.replace(old)
