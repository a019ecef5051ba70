"""`/health` for whoever restarts services, `/metrics` for Prometheus."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from leakwatch.config.listen import HealthConfig
from leakwatch.errors import UsageError
from leakwatch.notice import RESEARCH_USE
from leakwatch.service.status import read_status

_JSON = [("Content-Type", "application/json")]


class QueueCollector(Collector):
    """Counts of the queue, read when asked: they survive a restart as the queue does."""

    def __init__(self, queue: Path) -> None:
        self._queue = queue

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give the metrics."""
        status = read_status(self._queue)
        for name, label, what, counts in (
            ("instances", "kind", "Instances taken, by what they are.", status.instances),
            ("jobs", "state", "Analyses, by where they stand.", status.jobs),
            ("results", "state", "Result objects, by where they stand.", status.results),
        ):
            family = GaugeMetricFamily(f"leakwatch_{name}", what, labels=[label])
            for state, count in counts.items():
                family.add_metric([state], count)
            yield family
        late_s = 0.0 if status.oldest_waiting_s is None else max(0.0, time.time() - status.oldest_waiting_s)
        yield GaugeMetricFamily(
            "leakwatch_oldest_due_seconds", "How long the oldest job has been due.", value=late_s
        )


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: the log is for what happens to recordings."""


def start_health(config: HealthConfig, queue: Path, is_well: Callable[[], bool]) -> WSGIServer:
    """Answer in a thread of its own until the server is shut down.

    Raises
    ------
    UsageError
        The address is taken, or is none of this machine's.
    """
    registry = CollectorRegistry()
    registry.register(QueueCollector(queue))
    metrics = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return cast(Iterable[bytes], metrics(environ, start))
        if environ["PATH_INFO"] == "/health":
            well = is_well()
            start("200 OK" if well else "503 Service Unavailable", _JSON)
            return [json.dumps({"well": well, "research_use": RESEARCH_USE}).encode()]
        start("404 Not Found", _JSON)
        return [b"{}"]

    try:
        server = make_server(config.host, config.port, answer, handler_class=_Silent)
    except OSError as error:
        msg = f"listen.health: cannot listen at {config.host}:{config.port} ({error.strerror or error})"
        raise UsageError(msg) from error
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
