"""A campaign's records on disk: a line of JSON per batch, so that a killed one goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from leakwatch.bench.fuzz.recipe import Recipe
from leakwatch.bench.fuzz.revision import revision
from leakwatch.bench.fuzz.verdict import Finding
from leakwatch.bench.fuzz.watch import FuzzError
from leakwatch.bench.lines import append_line, cut_torn_line

_PLAN, _BATCHES, _SHRUNK = "fuzz.json", "batches.jsonl", "findings.jsonl"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding and a recipe that shows it."""

    finding: Finding
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of the inputs `first` to ``first + count - 1``.

    Attributes
    ----------
    tried, read
        Inputs tried, and those of them that were read without a refusal.
    seconds
        From drawing the first to judging the last.
    classes
        Class of refusal and in how many inputs it was met.
    findings
        Every one, not yet shrunk.
    """

    first: int
    count: int
    tried: int
    read: int
    seconds: float
    classes: tuple[tuple[str, int], ...]
    findings: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign's seed and the revisions of the program it has met, in order."""

    seed: int
    revisions: tuple[str, ...]


def open_ledger(folder: Path, seed: int) -> int:
    """Prepare a folder for campaign `seed` and give the number of the next input.

    A last line that was being written when the campaign was killed is dropped.

    Raises
    ------
    FuzzError
        The folder holds a campaign with another seed, or something else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _BATCHES
    revisions: tuple[str, ...] = ()
    if path.exists():
        plan = read_plan(folder)
        if plan.seed != seed:
            msg = f"{folder}: holds a campaign with seed {plan.seed}, not {seed}"
            raise FuzzError(msg)
        revisions = plan.revisions
        cut_torn_line(path)
    now = revision()
    if revisions[-1:] != (now,):
        revisions = (*revisions, now)
    _write(folder / _PLAN, TypeAdapter(Plan).dump_json(Plan(seed, revisions)).decode() + "\n")
    batches = read_batches(folder) if path.exists() else ()
    return max((batch.first + batch.count for batch in batches), default=0)


def append(folder: Path, batch: Batch) -> None:
    """Add a batch; it is on the disk when this returns."""
    append_line(folder / _BATCHES, TypeAdapter(Batch).dump_json(batch).decode() + "\n")


def read_plan(folder: Path) -> Plan:
    """Read seed and revisions.

    Raises
    ------
    FuzzError
        The folder does not say.
    """
    try:
        return TypeAdapter(Plan).validate_json((folder / _PLAN).read_bytes())
    except (OSError, ValidationError) as error:
        msg = f"{folder / _PLAN}: does not say the campaign's seed"
        raise FuzzError(msg) from error


def read_batches(folder: Path) -> tuple[Batch, ...]:
    """Read all batches, in the order they ended.

    Raises
    ------
    FuzzError
        There are none, or a line is no batch.
    """
    return tuple(TypeAdapter(Batch).validate_python(line) for line in _lines(folder / _BATCHES))


def read_shrunk(folder: Path) -> tuple[Known, ...]:
    """Read each finding with its smallest recipe."""
    path = folder / _SHRUNK
    if not path.exists():
        return ()
    return tuple(TypeAdapter(Known).validate_python(line) for line in _lines(path))


def write_shrunk(folder: Path, findings: tuple[Known, ...]) -> None:
    """Write each finding with its smallest recipe."""
    lines = [TypeAdapter(Known).dump_json(known).decode() + "\n" for known in findings]
    _write(folder / _SHRUNK, "".join(lines))


def _lines(path: Path) -> list[object]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        msg = f"{path}: cannot be read as a campaign's records ({type(error).__name__})"
        raise FuzzError(msg) from error


def _write(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
