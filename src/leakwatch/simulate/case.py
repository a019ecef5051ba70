"""A whole case as a folder: DICOM, outline and truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.files.dicom_writer import run_identities, write_run
from leakwatch.simulate.files.identity import case_digest
from leakwatch.simulate.run import SimulatedRun, prepare_runs
from leakwatch.simulate.scene import build_scene
from leakwatch.simulate.truth.files import RunTruth, write_case_truth, write_outlines, write_run_truth
from leakwatch.simulate.truth.frame import FrameTruth


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """Where a case went: its folder, DICOM files and outline, and the SOP Instance UID of each file."""

    folder: Path
    dicom: tuple[Path, ...]
    outline: Path
    truth: Path
    sop_instance_uids: tuple[str, ...]


def write_case(config: CaseSection, seed: int, folder: Path) -> WrittenCase:
    """Simulate a case and write it; the same configuration and seed write the same bytes.

    Writes ``dicom/runA.dcm`` (and ``runB.dcm``), ``outline.json``, ``truth/case.json`` and
    ``truth/<sop_instance_uid>/{frames.csv, labels.tif}``.

    Raises
    ------
    ValueError
        The configuration cannot be simulated; the text says why.
    """
    digest = case_digest(config, seed)
    scene = build_scene(config, seed)
    runs = prepare_runs(scene, seed)
    (folder / "dicom").mkdir(parents=True, exist_ok=True)
    truths: list[RunTruth] = []
    paths: list[Path] = []
    for run, identity in zip(runs, run_identities(digest, len(runs)), strict=True):
        path = folder / "dicom" / f"run{'AB'[identity.plane]}.dcm"
        kept: list[FrameTruth] = []
        write_run(path, _stored(run, kept), config, digest, identity)
        truth = RunTruth(identity.sop_instance_uid, run, tuple(kept))
        write_run_truth(folder / "truth" / identity.sop_instance_uid, truth)
        truths.append(truth)
        paths.append(path)
    write_outlines(folder / "outline.json", scene, truths)
    write_case_truth(folder / "truth" / "case.json", scene, truths)
    return WrittenCase(
        folder,
        tuple(paths),
        folder / "outline.json",
        folder / "truth",
        tuple(truth.sop_instance_uid for truth in truths),
    )


def _stored(run: SimulatedRun, kept: list[FrameTruth]) -> Iterator[NDArray[np.uint16]]:
    """Play a run for the writer, keeping only the truth of each frame."""
    for frame in run.frames():
        kept.append(frame.truth)
        yield frame.stored
