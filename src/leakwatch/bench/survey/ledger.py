"""The survey's records on disk, kept so that a killed survey can go on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from leakwatch.bench.lines import append_line, cut_torn_line
from leakwatch.bench.survey.record import CaseRecord, from_line, to_line

_CASES, _PLAN = "cases.jsonl", "survey.json"
_PROGRAM = (".py", ".json", ".yaml", ".onnx")


class SurveyError(Exception):
    """The folder cannot be used as asked; the text says why."""


def open_ledger(folder: Path, seed: int, *, resume: bool) -> tuple[CaseRecord, ...]:
    """Prepare a folder for records of survey `seed`, and give those it has already.

    A last line that was being written when the survey was killed is dropped; its case is done again.

    Raises
    ------
    SurveyError
        The folder holds records and `resume` is not set, or records of another seed or program.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _CASES
    if path.exists() and not resume:
        msg = f"{folder}: holds a survey already; give --resume, or another folder"
        raise SurveyError(msg)
    if path.exists() and read_seed(folder) != seed:
        msg = f"{folder}: holds a survey with seed {read_seed(folder)}, not {seed}"
        raise SurveyError(msg)
    program = program_digest()
    if path.exists() and _plan(folder).get("program") != program:
        msg = f"{folder}: was begun with another version of leakwatch; start a new survey in another folder"
        raise SurveyError(msg)
    _write(folder / _PLAN, json.dumps({"seed": seed, "program": program}) + "\n")
    if not path.exists():
        return ()
    cut_torn_line(path)
    return read_records(folder)


def append(folder: Path, record: CaseRecord) -> None:
    """Add a record; it is on the disk when this returns."""
    append_line(folder / _CASES, to_line(record))


def read_records(folder: Path) -> tuple[CaseRecord, ...]:
    """Read all records, by index.

    Raises
    ------
    SurveyError
        There are none, or a line is no record.
    """
    path = folder / _CASES
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.__class__.__name__})"
        raise SurveyError(msg) from error
    try:
        records = [from_line(line) for line in lines]
    except ValueError as error:
        msg = f"{path}: holds a line that is no record of this version"
        raise SurveyError(msg) from error
    return tuple(sorted(records, key=lambda record: record.index))


def read_seed(folder: Path) -> int:
    """Read which seed the survey's cases were drawn with.

    Raises
    ------
    SurveyError
        The folder does not say.
    """
    try:
        return int(str(_plan(folder)["seed"]))
    except (ValueError, KeyError) as error:
        msg = f"{folder / _PLAN}: does not say the survey's seed"
        raise SurveyError(msg) from error


def program_digest(root: Path = Path(__file__).parents[2]) -> str:
    """Give the SHA-256, in hex, of all modules, models and presets: programs must not be mixed."""
    digest = hashlib.sha256()
    for file in sorted(file for file in root.rglob("*.*") if file.suffix in _PROGRAM):
        digest.update(f"{file.relative_to(root).as_posix()} ".encode() + file.read_bytes())
    return digest.hexdigest()


def _plan(folder: Path) -> dict[str, object]:
    try:
        content = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
