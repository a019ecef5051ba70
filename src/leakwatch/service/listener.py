"""`leakwatch listen` as a whole: take in, analyse, send on, until told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from leakwatch.config import Config
from leakwatch.pacs.receive import receive_in_files, start_receiving
from leakwatch.service.arrival import OUTLINE_CLASSES, RUN_CLASSES
from leakwatch.service.deliver import deliver, hearer
from leakwatch.service.health import start_health
from leakwatch.service.intake import taker
from leakwatch.service.log import Log
from leakwatch.service.places import Places, occupied
from leakwatch.service.queue import Queue
from leakwatch.service.waits import patience_of
from leakwatch.service.worker import recover, work_off


def listen(out: Path, config: Config, version: str, log: Log) -> None:
    """Serve until interrupted; what is in hand then waits in the queue for the next start.

    Raises
    ------
    UsageError
        An address or the folder is taken, or keys cannot be used.
    """
    places, own = Places(out), config.listen
    with engine(places, config, version, log, hears=True) as (queue, wake):
        receive_in_files(places.incoming)
        take = taker(places, queue, patience_of(config), log, wake)
        hear = hearer(queue, own, log)
        server = start_receiving(
            own, (*RUN_CLASSES, *OUTLINE_CLASSES), take, lambda why: log("no_room", why=why), hear
        )
        try:
            log("listening", ae_title=own.ae_title, host=own.host, port=own.port)
            threading.Event().wait()
        finally:
            log("stopping")
            server.shutdown()


@contextmanager
def engine(
    places: Places, config: Config, version: str, log: Log, *, hears: bool = False
) -> Iterator[tuple[Queue, Callable[[], None]]]:
    """Run what is behind every way in: the worker, the sender and the health endpoint.

    Nodes are asked to commit themselves only where `hears` says that their answers reach us.

    Yields
    ------
    tuple
        The queue, and what to call when something was put into it.
    """
    with ExitStack() as stack:
        stack.enter_context(occupied(places))
        queue = Queue(places.queue)
        stack.callback(queue.close)
        recover(places, queue, config, log)
        stop, work, ready = threading.Event(), threading.Event(), threading.Event()
        threads = [
            threading.Thread(
                target=work_off,
                name="worker",
                args=(places, queue, config, version, log, stop, work, ready.set),
            ),
            threading.Thread(
                target=deliver,
                name="sender",
                args=(places, queue, config.listen, log, stop, ready),
                kwargs={"asks": hears},
            ),
        ]
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(stop.set)  # runs before the joins
        if config.listen.health is not None:
            sends = config.listen.send_to is not None
            needed = threads if sends else threads[:1]
            health = start_health(
                config.listen.health, places.queue, lambda: all(thread.is_alive() for thread in needed)
            )
            stack.callback(health.server_close)
            stack.callback(health.shutdown)
        yield queue, work.set
