"""Find the input files that a user's paths stand for."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from leakwatch.dicom.dicomdir import listed_files
from leakwatch.dicom.peek import Kind, Peek, peek
from leakwatch.dicom.quiet import printable
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
    peeks
        What each of `files` begins like, in the same order.
    """

    files: tuple[Path, ...]
    named: frozenset[Path]
    skipped: tuple[Path, ...]
    unreadable: tuple[Unreadable, ...]
    peeks: tuple[Peek, ...] = ()


def find_inputs(paths: Iterable[Path]) -> Found:
    """Expand files, folders and DICOMDIRs into candidate files.

    Symbolic links inside a folder are not followed: what they lead to lies in the folder anyway, or
    outside it. A path given by the user may be one. Only regular files are opened, each once, for its
    first two kilobytes.

    Raises
    ------
    UsageError
        A path does not exist, or is neither a file nor a folder.
    """
    search = _Search()
    for path in paths:
        mode = _mode(path)
        if stat.S_ISDIR(mode):
            search.add_all(_regular_files(path, search))
        elif stat.S_ISREG(mode):
            search.add_named(path)
        else:
            msg = f"{path}: is neither a file nor a folder"
            raise UsageError(msg)
    return Found(
        tuple(search.files),
        frozenset(search.named),
        tuple(search.skipped),
        tuple(Unreadable(path, printable(why)) for path, why in search.unreadable.items()),
        tuple(search.files.values()),
    )


@dataclass(slots=True)
class _Search:
    """What has been found so far."""

    files: dict[Path, Peek] = field(default_factory=dict)
    named: set[Path] = field(default_factory=set)
    skipped: dict[Path, None] = field(default_factory=dict)
    unreadable: dict[Path, str] = field(default_factory=dict)

    def add_named(self, path: Path) -> None:
        """Take a file the user named: a DICOMDIR for what it lists, any other for itself."""
        try:
            seen = peek(path)
        # reading it will say what the matter is
        except OSError:
            seen = Peek(path, Kind.UNKNOWN)
        if seen.kind is not Kind.DIRECTORY:
            self.files[path] = seen
            self.named.add(path)
            return
        try:
            listing = listed_files(path)
        except InputError as error:
            self.unreadable[path] = str(error)
            return
        self.unreadable.update((trouble.path, trouble.why) for trouble in listing.trouble)
        self.add_all(listing.files)

    def add_all(self, paths: Iterable[Path]) -> None:
        """Take what is DICOM among `paths`."""
        for path in paths:
            if path in self.files:
                continue
            try:
                seen = peek(path)
            except OSError as error:
                self.unreadable[path] = f"{path}: cannot be read ({error.strerror or error})"
                continue
            if seen.kind is Kind.DICOM:
                self.files[path] = seen
            else:
                self.skipped[path] = None


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except FileNotFoundError as error:
        msg = f"{path}: there is no such file or folder"
        raise UsageError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"{path}: cannot be looked at ({getattr(error, 'strerror', None) or 'no possible name'})"
        raise UsageError(msg) from error


def _regular_files(folder: Path, search: _Search) -> list[Path]:
    """Return the regular files in and below a folder, sorted; links and the rest go to `search.skipped`."""
    found: list[Path] = []
    waiting = [folder]
    while waiting:
        parent = waiting.pop()
        try:
            # the entries know what they are without another call per file
            with os.scandir(parent) as entries:
                for entry in entries:
                    path = parent / entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif entry.is_file(follow_symlinks=False):
                        found.append(path)
                    else:
                        search.skipped[path] = None
        except OSError as error:
            search.unreadable[parent] = f"{parent}: cannot be listed ({error.strerror or error})"
    return sorted(found)
