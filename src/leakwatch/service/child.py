"""The process that analyses one job: `python -m leakwatch.service.child`.

A process of its own, so that whatever a recording does to it the service does not notice. It ends when the
service ends, for its standard input is a pipe from there.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from leakwatch.config import Config
from leakwatch.errors import LeakwatchError, OutlineError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_BROKEN = 70
"""Exit status of a child whose service is gone (EX_SOFTWARE of sysexits)."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a child is told, as one line of JSON.

    Attributes
    ----------
    paths
        Recordings.
    outlines
        Files or folders that must be sound.
    found_outlines
        Files that came with the study, and are left out if one of them is refused.
    config
        `Config` as JSON holds it.
    """

    paths: tuple[str, ...]
    outlines: tuple[str, ...]
    found_outlines: tuple[str, ...]
    out: str
    version: str
    config: dict[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a child answers, as one line of JSON.

    Attributes
    ----------
    done
        There are results.
    sentences
        What failed.
    no_room
        It failed for want of room on the disk, which is no fault of the recording.
    """

    done: bool
    sentences: tuple[str, ...] = ()
    no_room: bool = False


def main() -> int:
    """Analyse what the first line of standard input says, and answer on standard output."""
    line = sys.stdin.readline()
    if not line:
        return _BROKEN
    threading.Thread(target=_end_with_the_service, daemon=True).start()
    print(json.dumps(asdict(analyse(Task(**json.loads(line))))), flush=True)
    return 0


def analyse(task: Task) -> Outcome:
    """Analyse a task; what fails for a known reason is said and does not raise."""
    try:
        return _analyse_with_found(task)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        return Outcome(False, (f"results cannot be written ({error.strerror})",), no_room=True)


def _analyse_with_found(task: Task) -> Outcome:
    try:
        return _analyse(task, (*task.outlines, *task.found_outlines))
    except OutlineError as error:
        if not task.found_outlines:
            return Outcome(False, (str(error),))
        try:
            without = _analyse(task, task.outlines)
        except LeakwatchError as other:
            return Outcome(False, (str(error), str(other)))
        said = f"{error}; analysed without the outlines of the study"
        return replace(without, sentences=(said, *without.sentences))
    except LeakwatchError as error:
        return Outcome(False, (str(error),))


def _analyse(task: Task, outlines: tuple[str, ...]) -> Outcome:
    from leakwatch.pipeline.batch import analyse_batch
    from leakwatch.pipeline.request import Request

    report = analyse_batch(
        Request(
            paths=tuple(map(Path, task.paths)),
            out=Path(task.out),
            outlines=tuple(map(Path, outlines)),
            config=Config.model_validate(task.config),
            version=task.version,
            dicom=True,
        ),
        _Nobody(),
    )
    sentences = (*report.failures, *(run.error for run in report.runs if run.error))
    # A run's own process hands on no more than its sentence.
    no_room = any(os.strerror(code) in sentence for code in _NO_ROOM for sentence in sentences)
    return Outcome(any(run.analysed is not None for run in report.runs), sentences, no_room)


class _Nobody:
    def planned(self, runs: object) -> None: ...

    def advanced(self, number: int, frames: int) -> None: ...

    def ended(self, number: int, report: object) -> None: ...


def _end_with_the_service() -> None:
    sys.stdin.read()
    os._exit(_BROKEN)


if __name__ == "__main__":
    sys.exit(main())
