"""Read outlines drawn by a person or made by another tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leakwatch.dicom.content import begins_like_dicom
from leakwatch.dicom.peek import HEAD_BYTES, peek
from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Run
from leakwatch.outline.dicom_file import OUTLINE_CLASSES, form_of, read_dicom_outlines
from leakwatch.outline.json_file import parse_outlines


@dataclass(frozen=True, slots=True)
class Given:
    """Outlines in the order of their files, a sentence for what was decided by rule, the files read."""

    outlines: tuple[Outline, ...]
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def load_outlines(path: Path) -> tuple[Outline, ...]:
    """Read outlines as `read_outlines` does, without runs to hold them against."""
    return read_outlines(path, ()).outlines


def read_all_outlines(paths: Sequence[Path], runs: Sequence[Run]) -> tuple[Given, ...]:
    """Read what each path gives, file by file; a file that is given twice is read once.

    Raises
    ------
    OutlineError
        As `read_outlines` does.
    """
    files = dict.fromkeys(file for path in paths for file in _files(path))
    once = {file.resolve(): file for file in reversed(files)}
    return tuple(_read_file(file, runs) for file in files if once[file.resolve()] == file)


def read_outlines(path: Path, runs: Sequence[Run]) -> Given:
    """Read the outlines of one file, or of every outline file in and below a folder.

    Parameters
    ----------
    path
        A file of schema ``leakwatch.outline/1``, a DICOM SEG, RTSTRUCT or softcopy presentation state, or a
        folder: there ``outline*.json`` and every DICOM file of these classes count, in the order of paths.
    runs
        What DICOM files may have been drawn on: they tell matrix and pixel spacing.

    Returns
    -------
    Given
        Polygons (n, 2) float64, x = column, y = row, 0-based, pixel centres at integers.

    Raises
    ------
    OutlineError
        The path is absent, holds no outline, or one that is not as it should be; the message names the
        file and the place in it.
    """
    several = read_all_outlines((path,), runs)
    return Given(
        tuple(outline for one in several for outline in one.outlines),
        tuple(sentence for one in several for sentence in one.warnings),
        tuple(file for one in several for file in one.files),
    )


def form_of_file(path: Path) -> str | None:
    """Tell SEG, RTSTRUCT or GSPS from a file's first bytes; None for anything else."""
    try:
        sop_class = peek(path).sop_class
    except OSError:
        return None
    return form_of(sop_class) if sop_class in OUTLINE_CLASSES else None


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and _counts(file)]
    if not files:
        msg = f"{path}: holds no outline*.json, and no DICOM SEG, RTSTRUCT or GSPS"
        raise OutlineError(msg)
    return files


def _read_file(path: Path, runs: Sequence[Run]) -> Given:
    try:
        with path.open("rb") as source:
            head = source.read(HEAD_BYTES)
            if begins_like_dicom(head):
                return Given(*read_dicom_outlines(path, runs), (path,))
            content = head + source.read()
    except OSError as error:
        msg = f"{path}: the outline cannot be read ({error.strerror or error.__class__.__name__})"
        raise OutlineError(msg) from error
    outlines = parse_outlines(path, content)
    return Given(tuple(replace(one, form="JSON", file=path.name) for one in outlines), (), (path,))


def _counts(file: Path) -> bool:
    return file.match("outline*.json") or form_of_file(file) is not None
