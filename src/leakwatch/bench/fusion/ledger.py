"""The cases on disk, one line each, so that a killed run goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import count, islice
from pathlib import Path

from leakwatch.bench.fusion.case import FusionCase, from_line, is_biplane, to_line
from leakwatch.bench.lines import append_line, cut_torn_line, whole_lines
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.ledger import program_digest
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.bench.survey.run import speak_apart
from leakwatch.errors import UsageError

_CASES, _PLAN = "cases.jsonl", "fusion.json"


def biplane_indices(cases: int, seed: int) -> tuple[int, ...]:
    """Give the first cases of survey `seed` whose two planes run together."""
    return tuple(islice((index for index in count() if is_biplane(draw(index, seed))), cases))


def run_all(
    indices: Sequence[int],
    seed: int,
    folders: Sequence[Path],
    out: Path,
    done: Callable[[FusionCase], None],
) -> tuple[FusionCase, ...]:
    """Do the cases that `out` does not hold yet, one after the other, and give all of `indices`.

    Parameters
    ----------
    folders
        Cases that are there already, by index; empty where they are drawn from `seed`.

    Raises
    ------
    UsageError
        The folder holds cases of another seed, of other folders or of another version of the program.
    """
    known = {case.record.index: case for case in _open(seed, folders, out)}
    for index in indices:
        if index in known:
            continue
        known[index] = _apart(index, seed, folders)
        append_line(out / _CASES, to_line(known[index]))
        done(known[index])
    return tuple(known[index] for index in indices)


def read_cases(out: Path) -> tuple[FusionCase, ...]:
    """Read what a folder holds, by index; a line that was being written when it was killed is left out.

    Raises
    ------
    UsageError
        It holds what this version did not write.
    """
    path = out / _CASES
    try:
        cases = [from_line(line) for line in whole_lines(path)]
    except ValueError as error:
        msg = f"{path}: holds a line that this version did not write"
        raise UsageError(msg) from error
    return tuple(sorted(cases, key=lambda case: case.record.index))


def _open(seed: int, folders: Sequence[Path], out: Path) -> tuple[FusionCase, ...]:
    out.mkdir(parents=True, exist_ok=True)
    plan = {"seed": seed, "folders": [str(folder) for folder in folders], "program": program_digest()}
    path = out / _PLAN
    cases = read_cases(out)
    if cases and (not path.exists() or json.loads(path.read_text(encoding="utf-8")) != plan):
        msg = f"{out}: was begun with other cases or another version of leakwatch; take another folder"
        raise UsageError(msg)
    path.write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
    cut_torn_line(out / _CASES)
    return cases


def _apart(index: int, seed: int, folders: Sequence[Path]) -> FusionCase:
    words = ["--index", str(index), "--seed", str(seed)]
    if folders:
        words += ["--folder", str(folders[index])]
    line, error = speak_apart("leakwatch.bench.fusion", words)
    if line is not None:
        return from_line(line)
    if folders:
        return FusionCase(CaseRecord(index, Outcome.BROKEN, "", "", (), error))
    drawn = draw(index, seed)
    return FusionCase(CaseRecord(index, Outcome.BROKEN, drawn.site, drawn.way, drawn.chosen, error))
