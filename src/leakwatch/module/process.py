"""One task: analyse what lies in a folder, leave DICOM objects and ``result.json`` flat in another."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leakwatch.config import Config
from leakwatch.errors import NothingToAnalyse, UsageError
from leakwatch.module.outcome import write_outcome
from leakwatch.module.task import ModuleSettings, read_task
from leakwatch.outline.given import form_of_file
from leakwatch.pipeline.batch import analyse_batch
from leakwatch.pipeline.request import BatchReport, Request, Watcher
from leakwatch.results.index_csv import run_folder

_WORK = ".leakwatch-work"
_TEMPORARY = "TMPDIR"


def process_task(
    source: Path, out: Path, defaults: Config, version: str, watcher: Watcher
) -> BatchReport | None:
    """Do a task and write its outcome; nothing is written but in `out`.

    Returns
    -------
    BatchReport | None
        None where nothing among the input was a run; that is an outcome too.

    Raises
    ------
    UsageError
        A setting of the task or an outline is refused, or `out` cannot be written.
    """
    settings = read_task(source / "task.json", defaults)
    with _work_in(out) as work:
        request = Request(
            paths=(source,),
            out=work / "out",
            outlines=tuple(_outlines(source, settings)),
            config=_without_page(settings.config),
            version=version,
            dicom=True,
        )
        try:
            report = analyse_batch(request, watcher)
        except NothingToAnalyse:
            report = None
        objects = [] if report is None else _flatten(report, work / "out", out)
        write_outcome(out / "result.json", report, objects, source)
    return report


def _flatten(report: BatchReport, results: Path, out: Path) -> list[str]:
    """Bring the objects of every run up, named by their run: an orchestrator looks into no folders."""
    names = []
    for one in report.runs:
        for path in sorted((results / run_folder(one.run) / "dicom").glob("*.dcm")):
            name = f"{one.run.sop_instance_uid}-{path.name}"
            path.replace(out / name)
            names.append(name)
    return names


@contextmanager
def _work_in(out: Path) -> Iterator[Path]:
    """Give a folder in `out` that goes when the work is done; libraries put what is passing there too."""
    work = out / _WORK
    before, set_before = tempfile.tempdir, os.environ.get(_TEMPORARY)
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(work, ignore_errors=True)
        (work / "passing").mkdir(parents=True)
    except OSError as error:
        msg = f"{out}: cannot be written ({error.strerror or error})"
        raise UsageError(msg) from error
    # the processes that do the work are told by the environment
    tempfile.tempdir = os.environ[_TEMPORARY] = str(work / "passing")
    try:
        yield work
    finally:
        tempfile.tempdir = before
        if set_before is None:
            del os.environ[_TEMPORARY]
        else:
            os.environ[_TEMPORARY] = set_before
        shutil.rmtree(work, ignore_errors=True)


def _outlines(source: Path, settings: ModuleSettings) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        if not path.is_file():
            continue
        if path.match("outline*.json") or (settings.outlines_from_input and form_of_file(path)):
            yield path


def _without_page(config: Config) -> Config:
    """Leave the review page out: it would not leave the module."""
    return config.model_copy(update={"report": config.report.model_copy(update={"enabled": False})})
