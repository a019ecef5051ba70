"""From files to runs, and what became of every file that is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.capacity import too_few
from leakwatch.dicom.find import Found
from leakwatch.dicom.member import Member, read_member
from leakwatch.dicom.peek import Kind, Peek
from leakwatch.dicom.quiet import printable
from leakwatch.dicom.read import read_file
from leakwatch.dicom.series import form_runs
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Run
from leakwatch.source.foreign import Foreign
from leakwatch.video.probe import is_video, probe_video


class Fate(StrEnum):
    """What became of a file that is not a run of its own."""

    FAILED = "failed"
    OTHER = "other"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class NotRun:
    """A file and one sentence why it is no run; `sop_instance_uid` of a duplicate run."""

    path: Path
    fate: Fate
    why: str
    sop_instance_uid: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the inputs hold.

    Attributes
    ----------
    runs
        In the order found, no SOP Instance UID twice.
    rest
        Every other file that was looked into, in the order found.
    ignored
        Files in folders that are neither, and links.
    """

    runs: tuple[Run, ...]
    rest: tuple[NotRun, ...]
    ignored: tuple[Path, ...]


def read_runs(found: Found, dicom: DicomConfig, video: VideoConfig) -> Reading:
    """Read every run among the files, without their pixels.

    A file the user named outright must be a recording; in a folder or a DICOMDIR, DICOM files of other
    kinds are passed over. Of files with the same SOP Instance UID the first is taken. Single-frame files
    are put together to runs by the rule in `dicom.series`.
    """
    reader = _Reader(dicom, video, found.named)
    peeks = {seen.path: seen for seen in found.peeks}
    for path in found.files:
        reader.read(path, peeks.get(path) or Peek(path, Kind.UNKNOWN))
    reader.close_series()
    order = {path: number for number, path in enumerate(found.files)}
    runs: dict[str, Run] = {}
    rest = [NotRun(trouble.path, Fate.FAILED, trouble.why) for trouble in found.unreadable]
    for run in sorted(reader.runs, key=lambda run: min(order[path] for path in run.paths)):
        uid = run.sop_instance_uid
        if uid in runs:
            path, first = run.paths[0], runs[uid].paths[0]
            why = f"{path}: is the same run as {first} (SOP Instance UID {uid}) and was skipped"
            reader.rest.append(NotRun(path, Fate.DUPLICATE, why, uid))
        else:
            runs[uid] = run
    rest += sorted(reader.rest, key=lambda one: order[one.path])
    rest = [replace(one, why=printable(one.why)) for one in rest]
    return Reading(tuple(runs.values()), tuple(rest), found.skipped)


@dataclass(slots=True)
class _Reader:
    """Reads one file after the other, and keeps single-frame files for the end."""

    dicom: DicomConfig
    video: VideoConfig
    named: frozenset[Path]
    runs: list[Run] = field(default_factory=list)
    rest: list[NotRun] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    foreign: Foreign = field(default_factory=Foreign)

    def read(self, path: Path, seen: Peek) -> None:
        """Read one file."""
        self._guarded(path, lambda: self._read(path, seen))

    def _guarded(self, path: Path, read: Callable[[], None]) -> None:
        """Whatever a file does to the reader, it must not do it to the other inputs."""
        try:
            read()
        except NotFluoroscopy as error:
            self._pass_over(path, str(error))
        except InputError as error:
            self.rest.append(NotRun(path, Fate.FAILED, str(error)))
        # The text of an error that nobody foresaw may quote the file: its kind alone is told.
        except Exception as error:
            system = error.strerror if isinstance(error, OSError) else None
            why = f"{path}: the header cannot be read ({system or type(error).__name__})"
            self.rest.append(NotRun(path, Fate.FAILED, why))

    def _read(self, path: Path, seen: Peek) -> None:
        self.foreign.check(seen)
        if seen.kind is not Kind.DICOM and is_video(path):
            self.runs.append(probe_video(path, self.video))
            return
        member = read_member(path, self.dicom)
        if member is not None:
            self.members.append(member)
        else:
            self._read_alone(path)

    def _read_alone(self, path: Path) -> None:
        self.runs.extend(read_file(path, self.dicom))

    def close_series(self) -> None:
        """Make runs of the single-frame files, and say of the others what they are."""
        try:
            series = form_runs(self.members, self.dicom)
        # the headers were sound a moment ago, but files change
        except Exception as error:
            why = f"its series cannot be put together ({type(error).__name__})"
            self.rest += [NotRun(one.path, Fate.FAILED, f"{one.path}: {why}") for one in self.members]
            return
        self.runs += series.runs
        for path in series.singles:
            if self.dicom.min_frames > 1:
                self._pass_over(path, too_few(path, 1, self.dicom))
            else:
                self._guarded(path, partial(self._read_alone, path))
        for path, kept in series.copies:
            why = f"{path}: is the same picture as {kept} and was left out of its run"
            self.rest.append(NotRun(path, Fate.DUPLICATE, why))
        for (first, *others), why in series.failures:
            self.rest.append(NotRun(first, Fate.FAILED, why))
            for path in others:
                why = f"{path}: belongs to the series of {first}, which failed"
                self.rest.append(NotRun(path, Fate.OTHER, why))

    def _pass_over(self, path: Path, why: str) -> None:
        self.rest.append(NotRun(path, Fate.FAILED if path in self.named else Fate.OTHER, why))
