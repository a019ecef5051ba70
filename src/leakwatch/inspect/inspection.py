"""What `leakwatch inspect` has to tell, before it is put into words or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leakwatch.inspect.pace import Pace
from leakwatch.nouns import Run
from leakwatch.source.runs import NotRun


@dataclass(frozen=True, slots=True)
class Partner:
    """The other plane of a run.

    Attributes
    ----------
    number
        Its number in the `Inspection`.
    start_gap_s
        Its start minus this run's start; None where a file does not state its start.
    by
        ``reference`` or ``plane``, as in `views.pair.Pair`.
    """

    number: int
    start_gap_s: float | None
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One run, and what was worked out about it.

    Attributes
    ----------
    number
        1, 2, ... over all studies, as it is called in the output.
    name
        Its first file, as short as the paths given allow.
    partner
        The other plane among the runs, or None.
    since_study_start_s
        Its start after that of the study's first run; None where the file states no start.
    """

    number: int
    name: str
    run: Run
    pace: Pace
    partner: Partner | None
    since_study_start_s: float | None


@dataclass(frozen=True, slots=True)
class Study:
    """The runs with one Study Instance UID, in the order found."""

    study_instance_uid: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """One sentence on what is missing or was decided by rule, and the numbers of the runs it holds for.

    `alike` is True where the sentences of these runs differ in a value; the first one is given.
    """

    sentence: str
    numbers: tuple[int, ...]
    alike: bool = False


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Sound DICOM files that are no fluoroscopy run, for one reason."""

    reason: str
    files: tuple[NotRun, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """All inputs of one call.

    Attributes
    ----------
    base
        The folder that the names of runs and files are relative to, or None where there is no such.
    ignored
        Files in folders that are neither DICOM nor video, and links.
    next_step
        The command to type next; empty where there is no run.
    """

    paths: tuple[Path, ...]
    base: Path | None
    studies: tuple[Study, ...]
    costs: tuple[Cost, ...]
    passed_over: tuple[PassedOver, ...]
    duplicates: tuple[NotRun, ...]
    failures: tuple[NotRun, ...]
    ignored: tuple[Path, ...]
    next_step: str

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The runs of all studies, by number."""
        return tuple(entry for study in self.studies for entry in study.entries)
