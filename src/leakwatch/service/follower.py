"""`leakwatch follow`: the same service, fed from what arrives at an Orthanc."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from leakwatch.config import Config
from leakwatch.errors import InputError, PeerError
from leakwatch.pacs.orthanc import Orthanc
from leakwatch.pacs.receive import Received
from leakwatch.results.atomic import new_file
from leakwatch.service.arrival import OUTLINE_CLASSES, RUN_CLASSES, read_arrival
from leakwatch.service.intake import taker
from leakwatch.service.listener import engine
from leakwatch.service.log import Log
from leakwatch.service.places import Places
from leakwatch.service.queue import Queue
from leakwatch.service.waits import patience_of

_CALLER = "Orthanc"
_MODALITIES = ("XA", "RF", "SEG", "RTSTRUCT", "PR")
"""Of series that hold runs or outlines; everything else is not even downloaded."""


def follow(orthanc: Orthanc, out: Path, config: Config, version: str, log: Log) -> None:
    """Take every run that becomes stable in an Orthanc, until interrupted.

    Results go to `listen.send_to`, which may be that Orthanc: they lie in series of their own, whose
    modalities and classes are not taken, and are recognised besides.

    Raises
    ------
    UsageError
        OUT or an address is taken.
    """
    places = Places(out)
    with engine(places, config, version, log) as (queue, wake):
        take = taker(places, queue, patience_of(config), log, wake)
        log("following", poll_s=config.watch.poll_s)
        away = False
        try:
            while True:
                try:
                    look(orthanc, places, queue, take, log)
                    if away:
                        log("server_back")
                    away = False
                # an archive that is away, and a disk that is full, are so for a while
                except (PeerError, OSError) as error:
                    if not away:
                        log("server_away", why=str(error))
                    away = True
                threading.Event().wait(config.watch.poll_s)
        finally:
            log("stopping")


def look(orthanc: Orthanc, places: Places, queue: Queue, take: Callable[[Received], int], log: Log) -> None:
    """Take what has become stable since the last look; how far that was is kept over restarts.

    A part of the feed counts as seen once all in it has been taken. After a kill it is seen again, which
    does no harm: the queue knows what it has.

    Raises
    ------
    PeerError
        The server fails.
    OSError
        There is no room.
    """
    since, resource = _read_followed(places.followed)
    # a server that was set up anew counts from 0 again, and has another change under that number
    if since and orthanc.changes(since - 1, at_most=1).last_resource != resource:
        log("feed_anew")
        since = 0
    while True:
        changes = orthanc.changes(since)
        for identifier in changes.stable_series:
            _take_series(orthanc, identifier, places, queue, take, log)
        if changes.last > since:
            since = changes.last
            with new_file(places.followed) as partial:
                partial.write_text(f"{since} {changes.last_resource}\n", encoding="utf-8")
        if changes.done:
            return


def _read_followed(path: Path) -> tuple[int, str]:
    """Read how far the feed was followed: a number, and what changed then."""
    try:
        number, resource = path.read_text(encoding="utf-8").split()
        return int(number), resource
    except (FileNotFoundError, ValueError):
        return 0, ""


def _take_series(
    orthanc: Orthanc,
    identifier: str,
    places: Places,
    queue: Queue,
    take: Callable[[Received], int],
    log: Log,
) -> None:
    series = orthanc.series(identifier)
    if series is None or series.modality not in _MODALITIES:
        return
    for instance in series.instances:
        uid = orthanc.sop_instance_uid(instance)
        if uid is None or queue.digest_of(uid) is not None:
            continue
        copy = places.incoming / f"{uuid4().hex}.dcm"
        try:
            orthanc.download(instance, copy)
            arrival = read_arrival(copy)
            if arrival.sop_class_uid in (*RUN_CLASSES, *OUTLINE_CLASSES):
                take(Received(copy, arrival.sop_class_uid, arrival.sop_instance_uid, _CALLER))
            else:
                log("passed_over", sop_instance_uid=uid, sop_class_uid=arrival.sop_class_uid)
        except InputError as error:
            log("refused", why=str(error), caller=_CALLER)
        finally:
            copy.unlink(missing_ok=True)
