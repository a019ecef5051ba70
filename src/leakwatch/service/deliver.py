"""Send results to the node that is to have them, until it has them or refuses them for good."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from itertools import groupby

from pydicom.uid import generate_uid

from leakwatch.config.listen import ListenConfig
from leakwatch.config.node import NodeConfig
from leakwatch.pacs.commit import Commitment, ask_commitment, instance_of
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
    *,
    asks: bool,
) -> None:
    """Send until `stop`; `ready` is set when there may be something; `asks` for commitment if it is heard."""
    node = config.send_to
    while node is not None and not stop.is_set():
        try:
            due = queue.due(time.time())
            if not due:
                ready.wait(_LOOK_EVERY_S)
                ready.clear()
                continue
            for _, of_job in groupby(due, key=lambda one: one.job):
                results = tuple(of_job)
                sent = _send_results(results, node, places, queue, config, log)
                if sent and asks and config.commitment:
                    _ask(sent, node, places, queue, config, log)
                if stop.is_set():
                    return
        # A queue that cannot be written, as on a full disk: what was sent and not noted is sent again, which
        # changes nothing at the node. Or files that were replaced just now, as their run was analysed again.
        except (OSError, sqlite3.OperationalError) as error:
            log("sender_waits", why=getattr(error, "strerror", None) or str(error))
            stop.wait(config.retry.first_s)


def _send_results(
    results: tuple[ToSend, ...],
    node: NodeConfig,
    places: Places,
    queue: Queue,
    config: ListenConfig,
    log: Log,
) -> list[ToSend]:
    """Send; those that the node has."""
    answers = send([places.out / one.path for one in results], node, config.ae_title)
    by_path = {places.out / one.path: one for one in results}
    taken = []
    for sent in answers:
        _note(by_path[sent.path], sent, queue, config, log)
        if sent.ok:
            taken.append(by_path[sent.path])
    return taken


def _ask(
    sent: list[ToSend], node: NodeConfig, places: Places, queue: Queue, config: ListenConfig, log: Log
) -> None:
    """Ask the node to commit itself; what it answers is heard by `hearer`, perhaps before this returns."""
    transaction_uid = str(generate_uid(prefix=None))
    instances = {one.path: instance_of(places.out / one.path) for one in sent}
    queue.note_asked(transaction_uid, {uid: path for path, (_, uid) in instances.items()})
    if ask_commitment(list(instances.values()), transaction_uid, node, config.ae_title):
        log("commitment_asked", job=sent[0].job, results=len(sent))


def hearer(queue: Queue, config: ListenConfig, log: Log) -> Callable[[Commitment], None]:
    """Make what notes a node's answer: committed, or to be sent again as after a refusal."""

    def hear(said: Commitment) -> None:
        count = queue.note_committed(said.transaction_uid, said.committed)
        log("committed", results=count)
        for uid, reason in said.failed:
            result = queue.asked(said.transaction_uid, uid)
            if result is None:
                continue
            why = f"the node does not commit itself to it (0x{reason:04X})"
            given_up = result.attempts >= config.retry.refusals
            due_s = time.time() + wait_s(config.retry, result.attempts)
            queue.note_unsent(result, due_s, why, given_up=given_up)
            log("not_committed", job=result.job, why=why)

    return hear


def _note(result: ToSend, sent: Sent, queue: Queue, config: ListenConfig, log: Log) -> None:
    if sent.ok:
        queue.note_sent(result)
        log("sent", job=result.job, file=sent.path.name)
        return
    attempts = result.attempts + 1
    given_up = sent.refused and attempts >= config.retry.refusals
    queue.note_unsent(result, time.time() + wait_s(config.retry, attempts), sent.why, given_up=given_up)
    log("given_up" if given_up else "not_sent", job=result.job, file=sent.path.name, why=sent.why)
