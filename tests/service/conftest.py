"""A real service in a process of its own, runs to send to it, and a real node that takes its results."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, evt
from ruamel.yaml import YAML

from leakwatch.config.node import NodeConfig
from leakwatch.service.status import Status, read_status

PATIENT = "Planted^Patient"
LONG_S = 240.0
"""Only guards against hanging."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(true: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + LONG_S
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


class Service:
    """`leakwatch listen`, started, killed and stopped at will; its settings stay the same.

    Another way in is another `arguments`, and the event with which that way in says that it is there.
    """

    arguments: Sequence[str] = ("listen",)
    started = "listening"

    def __init__(self, folder: Path, watch: dict[str, float] | None = None, **settings: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.out, self.log = folder / "out", folder / "log.jsonl"
        self.config = folder / "settings.yaml"
        self.port, self.health_port = free_port(), free_port()
        listen = {"port": self.port, "health": {"port": self.health_port}, **settings}
        YAML(typ="safe").dump({"listen": listen, "watch": watch or {}}, self.config)
        self.before: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def node(self) -> NodeConfig:
        return NodeConfig(ae_title="LEAKWATCH", host="127.0.0.1", port=self.port)

    @property
    def command(self) -> list[str]:
        return [
            *self.before, sys.executable, "-m", "leakwatch.cli.main", *self.arguments, "-o", str(self.out),
            "--config", str(self.config),
        ]  # fmt: skip

    def start(self, *, ready: bool = True) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stderr=log, stdout=log)
        if ready:
            starts = self.count(self.started) + 1
            wait_for(
                lambda: self.count(self.started) >= starts or self.process.poll() is not None, "the start"
            )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LONG_S)

    def events(self) -> list[dict[str, Any]]:
        text = self.log.read_text() if self.log.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def count(self, event: str) -> int:
        return sum(one["event"] == event for one in self.events())

    def status(self) -> Status:
        return read_status(self.out / "spool" / "queue.sqlite")

    def wait_until_idle(self, jobs: int) -> None:
        def idle() -> bool:
            status = self.status()
            settled = status.jobs["done"] + status.jobs["failed"]
            return settled == jobs == sum(status.jobs.values()) and status.results["to_send"] == 0

        wait_for(idle, f"{jobs} jobs to be done and sent: {self.status()}")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Make services: ``service(send_to=..., ...)``; they are gone after the test."""
    made: list[Service] = []

    def make(**settings: Any) -> Service:
        made.append(Service(tmp_path / f"service-{len(made)}", **settings))
        return made[-1]

    yield make
    for one in made:
        if one.process is not None and one.process.poll() is None:
            one.kill()


class Archive:
    """A node that takes what it is sent and remembers it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.digests: dict[str, set[str]] = {}
        self.times: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.server: Any = None
        self.opened: list[Any] = []

    @property
    def node(self) -> dict[str, Any]:
        return {"ae_title": "ARCHIVE", "host": "127.0.0.1", "port": self.port}

    def start(self) -> None:
        entity = AE("ARCHIVE")
        for context in AllStoragePresentationContexts:
            entity.add_supported_context(context.abstract_syntax, ALL_TRANSFER_SYNTAXES)
        handlers = [(evt.EVT_C_STORE, self._store), (evt.EVT_CONN_OPEN, self._note)]
        self.server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server = None
        # pynetdicom leaves open what it was talking over when the other side was killed
        for association in self.opened:
            connection = association.dul.socket
            if connection is not None and connection.socket is not None:
                connection.socket.close()
        self.opened.clear()

    def _note(self, event: evt.Event) -> None:
        self.opened.append(event.assoc)

    def _store(self, event: evt.Event) -> int:
        content = event.request.DataSet.getvalue()
        with self.lock:
            uid = str(event.request.AffectedSOPInstanceUID)
            self.digests.setdefault(uid, set()).add(hashlib.sha256(content).hexdigest())
            self.times[uid] += 1
        return 0


@pytest.fixture
def archive() -> Iterator[Archive]:
    node = Archive()
    yield node
    node.stop()


@pytest.fixture
def make_runs(write_xa: Callable[..., Path]) -> Callable[..., list[Path]]:
    """Write runs, each of its own study: ``make_runs(3, start=0, frames=4)``."""

    def make(count: int, start: int = 0, frames: int = 4, **elements: Any) -> list[Path]:
        rng = np.random.default_rng(start)
        paths = []
        for number in range(start, start + count):
            pixels = rng.integers(800, 3000, (frames, 24, 32)).astype(np.uint16)
            uids = {
                "SOPInstanceUID": f"2.25.7{number}",
                "StudyInstanceUID": f"2.25.8{number}",
                "SeriesInstanceUID": f"2.25.9{number}",
                "PatientName": PATIENT,
                "PatientID": "planted-id",
            }
            paths.append(write_xa(pixels, f"run-{number}.dcm", bits_stored=12, **{**uids, **elements}))
        return paths

    return make


def dcmtk(tool: str) -> str:
    """Path of a tool of dcmtk, past those of pynetdicom that bear the same names."""
    for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"):
        path = Path(folder) / tool
        if os.access(path, os.X_OK):
            return str(path)
    pytest.skip(f"no {tool} of dcmtk on this machine")
