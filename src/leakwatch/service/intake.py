"""From an instance that has just come in to one that is the service's promise."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable

from leakwatch.errors import InputError
from leakwatch.pacs.keep import settle
from leakwatch.pacs.receive import CANNOT_UNDERSTAND, NOT_OF_ITS_CLASS, SUCCESS, Received
from leakwatch.service.arrival import Arrival, ArrivalKind, read_arrival
from leakwatch.service.log import Log
from leakwatch.service.places import Places
from leakwatch.service.queue import Queue
from leakwatch.service.waits import Patience


def taker(
    places: Places, queue: Queue, patience: Patience, log: Log, wake: Callable[[], None]
) -> Callable[[Received], int]:
    """Make what answers a C-STORE.

    The answer is success only once the file is on the disk and in the queue. What comes twice is taken once:
    the first instance under a UID stands, and a second is answered with success as well, for the sender can
    do nothing about it; where its content differs, the log says so. An object of our own that comes back is
    taken and dropped.
    """
    one_at_a_time = threading.Lock()  # two senders of one instance must not mix file and digest

    def take(received: Received) -> int:
        try:
            arrival = read_arrival(received.path)
        except InputError as error:
            log("refused", why=str(error), caller=received.caller)
            return CANNOT_UNDERSTAND
        if (arrival.sop_instance_uid, arrival.sop_class_uid) != (
            received.sop_instance_uid,
            received.sop_class_uid,
        ):
            why = "the instance bears another SOP Class or Instance UID than the request that brought it"
            log("refused", why=why, sop_instance_uid=arrival.sop_instance_uid, caller=received.caller)
            return NOT_OF_ITS_CLASS
        try:
            with one_at_a_time:
                new = _keep(arrival, received, places, queue, patience, log)
        except (OSError, sqlite3.OperationalError) as error:
            why = getattr(error, "strerror", None) or str(error)
            log("no_room", why=why, caller=received.caller)
            # Its file may stand: sent again it is written over, otherwise the next start drops it.
            raise OSError(why) from error
        if new:
            wake()
        return SUCCESS

    return take


def _keep(
    arrival: Arrival, received: Received, places: Places, queue: Queue, patience: Patience, log: Log
) -> bool:
    uid = arrival.sop_instance_uid
    facts = {"sop_instance_uid": uid, "kind": arrival.kind.value, "caller": received.caller}
    before = queue.digest_of(uid)
    if before is not None:
        log("known_already" if before == arrival.digest else "differs_from_first", **facts)
        return False
    if arrival.kind is not ArrivalKind.OWN:
        settle(received.path, places.received_file(uid))
    how = queue.add(arrival, time.time(), patience)
    log("received", how=how.value, **facts)
    return True
