"""Send results to the node that is to have them, until it has them or refuses them for good."""

from __future__ import annotations

import sqlite3
import threading
import time
from itertools import groupby

from leakwatch.config.listen import ListenConfig
from leakwatch.config.node import NodeConfig
from leakwatch.pacs.store import Sent, send
from leakwatch.service.log import Log
from leakwatch.service.places import Places
from leakwatch.service.queue import Queue, ToSend
from leakwatch.service.waits import wait_s

_LOOK_EVERY_S = 0.5


def deliver(
    places: Places,
    queue: Queue,
    config: ListenConfig,
    log: Log,
    stop: threading.Event,
    ready: threading.Event,
) -> None:
    """Send until `stop`; `ready` is set when there may be something."""
    node = config.send_to
    while node is not None and not stop.is_set():
        try:
            due = queue.due(time.time())
            if not due:
                ready.wait(_LOOK_EVERY_S)
                ready.clear()
                continue
            for _, of_job in groupby(due, key=lambda one: one.job):
                _send_results(tuple(of_job), node, places, queue, config, log)
                if stop.is_set():
                    return
        # A queue that cannot be written, as on a full disk: what was sent and not noted is sent again, which
        # changes nothing at the node.
        except sqlite3.OperationalError as error:
            log("sender_waits", why=str(error))
            stop.wait(config.retry.first_s)


def _send_results(
    results: tuple[ToSend, ...],
    node: NodeConfig,
    places: Places,
    queue: Queue,
    config: ListenConfig,
    log: Log,
) -> None:
    answers = send([places.out / one.path for one in results], node, config.ae_title)
    by_path = {places.out / one.path: one for one in results}
    for sent in answers:
        _note(by_path[sent.path], sent, queue, config, log)


def _note(result: ToSend, sent: Sent, queue: Queue, config: ListenConfig, log: Log) -> None:
    if sent.ok:
        queue.note_sent(result.path)
        log("sent", job=result.job, file=sent.path.name)
        return
    attempts = result.attempts + 1
    given_up = sent.refused and attempts >= config.retry.refusals
    queue.note_unsent(result.path, time.time() + wait_s(config.retry, attempts), sent.why, given_up=given_up)
    log("given_up" if given_up else "not_sent", job=result.job, file=sent.path.name, why=sent.why)
