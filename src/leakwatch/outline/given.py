"""Read outlines drawn by a person or made by another tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leakwatch.dicom.content import begins_like_dicom
from leakwatch.dicom.peek import HEAD_BYTES, peek
from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Run
from leakwatch.outline.dicom_file import OUTLINE_CLASSES, read_dicom_outlines
from leakwatch.outline.json_file import parse_outlines


@dataclass(frozen=True, slots=True)
class Given:
    """Outlines in the order of their files, and a sentence for what was left out or decided by rule."""

    outlines: tuple[Outline, ...]
    warnings: tuple[str, ...] = ()


def load_outlines(path: Path) -> tuple[Outline, ...]:
    """Read outlines as `read_outlines` does, without runs to hold them against."""
    return read_outlines(path, ()).outlines


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
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and _counts(file)]
        if not files:
            msg = f"{path}: holds no outline*.json, and no DICOM SEG, RTSTRUCT or GSPS"
            raise OutlineError(msg)
        several = [read_outlines(file, runs) for file in files]
        return Given(
            tuple(outline for one in several for outline in one.outlines),
            tuple(sentence for one in several for sentence in one.warnings),
        )
    try:
        with path.open("rb") as source:
            head = source.read(HEAD_BYTES)
            if begins_like_dicom(head):
                return Given(*read_dicom_outlines(path, runs))
            content = head + source.read()
    except OSError as error:
        msg = f"{path}: the outline cannot be read ({error.strerror or error.__class__.__name__})"
        raise OutlineError(msg) from error
    return Given(parse_outlines(path, content))


def _counts(file: Path) -> bool:
    if file.match("outline*.json"):
        return True
    try:
        return peek(file).sop_class in OUTLINE_CLASSES
    except OSError:
        return False
