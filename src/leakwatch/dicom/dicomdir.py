"""The files that a DICOMDIR lists."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.filereader import dcmread
from pydicom.multival import MultiValue

from leakwatch.dicom.guard import GuardedFile
from leakwatch.dicom.quiet import quiet
from leakwatch.errors import InputError

_VERSION = re.compile(r"\.?(;[0-9]+)?$")
"""What ISO 9660 puts behind a file name, and some systems show."""
_DEPTH = 8
"""A File ID has up to eight components (PS3.10 8.2)."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A path that a DICOMDIR lists and that is not taken, and one sentence why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The files that a DICOMDIR references and that are there, in its order, each once; and the others."""

    files: tuple[Path, ...]
    trouble: tuple[Trouble, ...]


def listed_files(path: Path) -> Listing:
    """Return the files that a DICOMDIR references.

    Records are taken in the order they are stored; the offsets that chain them into a tree are not
    followed, so that they cannot lead round in circles. A name is matched exactly, else without regard
    to case, a trailing dot and a version (``IMG001`` finds ``img001.;1``), for media show names so. The
    DICOMDIR itself and other directories are passed over by the caller, for they are no pictures.

    Raises
    ------
    InputError
        It cannot be parsed.
    """
    folder = _Folder(path.parent)
    files: dict[Path, None] = {}
    trouble: dict[Path, Trouble] = {}
    references = _references(path)
    plain = [parts for parts in references if _is_plain(parts)]
    if len(plain) < len(references):
        bad = f"{len(references) - len(plain)} records" if len(references) - len(plain) > 1 else "a record"
        why = f"{path}: Referenced File ID (0004,1500) of {bad} leads out of its folder"
        trouble[path] = Trouble(path, why)
    for parts in plain:
        stated = path.parent.joinpath(*parts)
        found = folder.find(parts)
        if found is None:
            why = f"{stated}: is listed in {path.name} but is not there"
            trouble[stated] = Trouble(stated, why)
        elif not folder.holds(found):
            why = f"{stated}: is listed in {path.name} but leads out of its folder by a link"
            trouble[stated] = Trouble(stated, why)
        else:
            files[found] = None
    return Listing(tuple(files), tuple(trouble.values()))


def _references(path: Path) -> list[tuple[str, ...]]:
    with quiet():
        try:
            with GuardedFile.open(path) as source:
                dataset = dcmread(source, specific_tags=["DirectoryRecordSequence"])
                records: Sequence[Dataset] = dataset.DirectoryRecordSequence
                found = [record.get("ReferencedFileID") for record in records]
        # the parser may fail in any way on a broken directory
        except Exception as error:
            msg = f"{path}: Directory Record Sequence (0004,1220) cannot be read ({type(error).__name__})"
            raise InputError(msg) from error
    return [
        tuple(str(part) for part in (value if isinstance(value, MultiValue) else [value]))
        for value in found
        if value
    ]


def _is_plain(parts: tuple[str, ...]) -> bool:
    bad = any(part in ("", ".", "..") or "/" in part or "\\" in part or "\0" in part for part in parts)
    return not bad and len(parts) <= _DEPTH


class _Folder:
    """Where a DICOMDIR lies; each folder below is listed once, however many files it holds."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._real = base.resolve()
        self._names: dict[Path, dict[str, str]] = {}

    def find(self, parts: tuple[str, ...]) -> Path | None:
        """Return the regular file of a File ID, None where there is none."""
        here = self._base
        for part in parts:
            names = self._listed(here)
            name = part if part in names else names.get(_folded(part))
            if name is None:
                return None
            here = here / name
        return here if here.is_file() else None

    def holds(self, path: Path) -> bool:
        """Whether a path, links followed, lies in the folder."""
        return path.resolve().is_relative_to(self._real)

    def _listed(self, folder: Path) -> dict[str, str]:
        """Names in a folder, as they are and folded, to what they are; a name as it is goes first."""
        if folder not in self._names:
            try:
                names = sorted(os.listdir(folder))  # noqa: PTH208 names are wanted, not paths
            except OSError:
                names = []
            self._names[folder] = {
                **{_folded(name): name for name in reversed(names)},
                **{name: name for name in names},
            }
        return self._names[folder]


def _folded(name: str) -> str:
    return _VERSION.sub("", name).casefold()
