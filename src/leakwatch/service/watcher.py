"""`leakwatch watch`: the same service, fed from a folder that others write into."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from leakwatch.config import Config
from leakwatch.errors import InputError, UsageError
from leakwatch.pacs.receive import Received
from leakwatch.service.arrival import OUTLINE_CLASSES, RUN_CLASSES, read_arrival
from leakwatch.service.intake import taker
from leakwatch.service.listener import engine
from leakwatch.service.log import Log
from leakwatch.service.places import Places
from leakwatch.service.seen import Seen, Version
from leakwatch.service.waits import patience_of

_CALLER = "watched folder"


def watch(folder: Path, out: Path, config: Config, version: str, log: Log) -> None:
    """Take what is put into `folder` and below until interrupted; the folder is only read.

    Raises
    ------
    UsageError
        The folder is none, or one of the two lies in the other; or OUT or an address is taken.
    """
    if not folder.is_dir():
        msg = f"{folder}: is not a folder that could be watched"
        raise UsageError(msg)
    inner, outer = folder.resolve(), out.resolve()
    if inner.is_relative_to(outer) or outer.is_relative_to(inner):
        msg = f"{out}: results and the watched folder {folder} must not lie in each other"
        raise UsageError(msg)
    places = Places(out)
    with engine(places, config, version, log) as (queue, wake), closing(Seen(places.watched)) as seen:
        take = taker(places, queue, patience_of(config), log, wake)
        log("watching", poll_s=config.watch.poll_s, stable_s=config.watch.stable_s)
        look = looker(folder, places.incoming, seen, take, config.watch.stable_s, log)
        try:
            while True:
                look(time.monotonic())
                threading.Event().wait(config.watch.poll_s)
        finally:
            log("stopping")


def looker(
    folder: Path, incoming: Path, seen: Seen, take: Callable[[Received], int], stable_s: float, log: Log
) -> Callable[[float], None]:
    """Make what is called with the time, again and again, and takes every file that has come to rest."""
    since: dict[Version, float] = {}
    reachable = True

    def look(now_s: float) -> None:
        nonlocal since, reachable
        try:
            here = list(_versions(folder))
        except OSError as error:
            # A share that is away comes back, and what rested before it went still rests then.
            if reachable:
                log("folder_away", why=error.strerror or "it cannot be listed")
            reachable = False
            return
        if not reachable:
            log("folder_back")
            reachable = True
        since = {version: since.get(version, now_s) for version in here if not seen.has(version)}
        for version, first_s in since.items():
            if now_s - first_s >= stable_s:
                _take_version(folder, version, incoming, seen, take, log)

    return look


def _versions(folder: Path) -> Iterator[Version]:
    """List the regular files below a folder; links and hidden names, as of files being written, are not.

    Raises
    ------
    OSError
        The folder itself cannot be listed.
    """
    folders = [folder]
    while folders:
        parent = folders.pop()
        try:
            with os.scandir(parent) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
                    elif entry.is_file(follow_symlinks=False):
                        # Not the entry's own: Windows and some shares keep an old size there.
                        stat = Path(entry.path).stat(follow_symlinks=False)
                        name = str(Path(entry.path).relative_to(folder))
                        yield Version(name, stat.st_size, stat.st_mtime_ns)
        except OSError:
            if parent == folder:
                raise
            # It went away between two looks, or is not ours to read.
            continue


def _take_version(
    folder: Path, version: Version, incoming: Path, seen: Seen, take: Callable[[Received], int], log: Log
) -> None:
    """Copy a file and put the copy into the queue; one that fails for want of room waits for the next look.

    Names of files are not logged: people write patients' names into them.
    """
    source, copy = folder / version.name, incoming / f"{uuid4().hex}.dcm"
    try:
        shutil.copyfile(source, copy, follow_symlinks=False)
        stat = source.stat(follow_symlinks=False)
        if (stat.st_size, stat.st_mtime_ns) != (version.size, version.changed_ns):
            return
        if (received := _received(copy, version, log)) is not None:
            take(received)
        seen.add(version)
    except (OSError, sqlite3.OperationalError) as error:
        log("not_taken", why=getattr(error, "strerror", None) or type(error).__name__, bytes=version.size)
    finally:
        copy.unlink(missing_ok=True)


def _received(copy: Path, version: Version, log: Log) -> Received | None:
    """Judge a file by what it says it is; None, and a line in the log, where it is nothing for us."""
    try:
        arrival = read_arrival(copy)
    except InputError as error:
        log("refused", why=str(error), caller=_CALLER, bytes=version.size)
        return None
    if arrival.sop_class_uid not in (*RUN_CLASSES, *OUTLINE_CLASSES):
        log("passed_over", sop_instance_uid=arrival.sop_instance_uid, sop_class_uid=arrival.sop_class_uid)
        return None
    return Received(copy, arrival.sop_class_uid, arrival.sop_instance_uid, _CALLER)
