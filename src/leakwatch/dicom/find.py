"""Find the input files that a user's paths stand for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from leakwatch.dicom.content import is_dicom
from leakwatch.dicom.dicomdir import is_dicomdir, listed_files
from leakwatch.errors import InputError, UsageError


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path that could not be looked into, and one sentence why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, each tuple without repeats.

    Attributes
    ----------
    files
        Candidates, in the order of the paths given, sorted within a folder: every file named outright,
        DICOM or not, and the DICOM files in folders and in DICOMDIRs named.
    named
        Those of `files` that the user named outright: trouble with them is an error, while a CT series
        in a folder is not.
    skipped
        Files and links in folders that are not DICOM or are not followed.
    unreadable
        What could not be looked into.
    """

    files: tuple[Path, ...]
    named: frozenset[Path]
    skipped: tuple[Path, ...]
    unreadable: tuple[Unreadable, ...]


def find_inputs(paths: Iterable[Path]) -> Found:
    """Expand files, folders and DICOMDIRs into candidate files.

    Symbolic links inside a folder are not followed: what they lead to lies in the folder anyway, or
    outside it. A path given by the user may be one. Only regular files are opened.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    files: dict[Path, None] = {}
    named: set[Path] = set()
    skipped: dict[Path, None] = {}
    unreadable: dict[Path, str] = {}
    for path in paths:
        if not path.exists():
            msg = f"{path}: there is no such file or folder"
            raise UsageError(msg)
        if path.is_dir():
            candidates = _regular_files(path, skipped, unreadable)
        elif not path.is_file():
            msg = f"{path}: is neither a file nor a folder"
            raise UsageError(msg)
        elif is_dicomdir(path):
            candidates = _from_dicomdir(path, unreadable)
        else:
            files[path] = None
            named.add(path)
            continue
        for candidate in candidates:
            _sort_in(candidate, files, skipped, unreadable)
    return Found(
        tuple(files),
        frozenset(named),
        tuple(skipped),
        tuple(Unreadable(path, why) for path, why in unreadable.items()),
    )


def _regular_files(folder: Path, skipped: dict[Path, None], unreadable: dict[Path, str]) -> list[Path]:
    def note(error: OSError) -> None:
        where = Path(error.filename or folder)
        unreadable[where] = f"{where}: cannot be listed ({error.strerror})"

    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=note, followlinks=False):
        skipped.update((link, None) for name in folders if (link := Path(parent, name)).is_symlink())
        for name in names:
            path = Path(parent, name)
            if path.is_symlink() or not path.is_file():
                skipped[path] = None
            else:
                found.append(path)
    return sorted(found)


def _from_dicomdir(path: Path, unreadable: dict[Path, str]) -> list[Path]:
    try:
        listed = listed_files(path)
    except InputError as error:
        unreadable[path] = str(error)
        return []
    for missing in (file for file in listed if not file.is_file()):
        unreadable[missing] = f"{missing}: is listed in {path.name} but is not there"
    return [file for file in listed if file.is_file()]


def _sort_in(
    path: Path, files: dict[Path, None], skipped: dict[Path, None], unreadable: dict[Path, str]
) -> None:
    if path in files:
        return
    try:
        wanted = is_dicom(path) and not is_dicomdir(path)
    except OSError as error:
        unreadable[path] = f"{path}: cannot be read ({error.strerror})"
        return
    (files if wanted else skipped)[path] = None
