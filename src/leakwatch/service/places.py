"""Where the service keeps what: all below one folder, one file system, so that a rename is enough."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from leakwatch.errors import UsageError


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one service.

    Attributes
    ----------
    out
        The user's folder; ``studies/<study>/<first SOP Instance UID>/`` in it are what `analyze` writes.
    """

    out: Path

    @property
    def spool(self) -> Path:
        """What is on its way."""
        return self.out / "spool"

    @property
    def queue(self) -> Path:
        """The queue's database."""
        return self.spool / "queue.sqlite"

    @property
    def watched(self) -> Path:
        """Which files of a watched folder were looked at."""
        return self.spool / "watched.sqlite"

    @property
    def incoming(self) -> Path:
        """Instances that are arriving; none of them is anybody's promise."""
        return self.spool / "incoming"

    @property
    def followed(self) -> Path:
        """How far the feed of a server was followed."""
        return self.spool / "followed"

    @property
    def received(self) -> Path:
        """Instances that were taken, by SOP Instance UID."""
        return self.spool / "received"

    @property
    def work(self) -> Path:
        """Analyses that are running."""
        return self.spool / "work"

    def received_file(self, sop_instance_uid: str) -> Path:
        """File of an instance that was taken."""
        return self.received / f"{sop_instance_uid}.dcm"

    def results_of(self, study_instance_uid: str, sop_instance_uid: str) -> Path:
        """Folder of the results of the runs analysed together with this one."""
        return self.out / "studies" / study_instance_uid / sop_instance_uid


@contextmanager
def occupied(places: Places) -> Iterator[None]:
    """Make the folders and hold them; what a killed service left half done is removed.

    Raises
    ------
    UsageError
        Another service holds them, or they cannot be made.
    """
    try:
        for folder in (places.incoming, places.received):
            folder.mkdir(parents=True, exist_ok=True)
        lock = (places.spool / "lock").open("w")
    except OSError as error:
        msg = f"{places.out}: cannot be made a folder for a service ({error.strerror or error})"
        raise UsageError(msg) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            msg = f"{places.out}: another leakwatch service works in this folder"
            raise UsageError(msg) from error
        clear(places.incoming)
        clear(places.work)
        yield


def clear(folder: Path) -> None:
    """Make a folder, or make it empty; what cannot be removed stays, and is in nobody's way."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()
