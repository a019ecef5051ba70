"""Killed with SIGKILL at any moment, fifty times: nothing is lost, done twice or left half written."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from pydicom import dcmread

from .conftest import Archive, Service, dcmtk, wait_for
from .test_listen import Runs, Services, results

pytestmark = pytest.mark.slow
RUNS, KILLS, SEED = 20, 50, 8
SOONEST_S, LATEST_S = 0.2, 5.0


class Sender(threading.Thread):
    """Sends until every file was answered with success, as an archive's queue does.

    With storescu of dcmtk: pynetdicom leaves a socket unclosed when its peer is killed at the wrong moment.
    """

    def __init__(self, paths: list[Path], service: Service) -> None:
        super().__init__()
        self.left = list(paths)
        place = ["-aet", "SENDER", "-aec", "LEAKWATCH", "127.0.0.1", str(service.port)]
        self.command = [dcmtk("storescu"), "-to", "20", "-ta", "20", "-td", "20", *place]
        self.promised: Counter[str] = Counter()
        self.stopped = threading.Event()

    def run(self) -> None:
        while self.left and not self.stopped.is_set():
            # One file to a call, and not all at once, so that kills find files still to be sent.
            if subprocess.run([*self.command, str(self.left[0])], capture_output=True).returncode == 0:
                self.promised[self.left.pop(0).name] += 1
            self.stopped.wait(1.5)


def test_nothing_is_lost_or_doubled_by_fifty_kills(
    service: Services, archive: Archive, make_runs: Runs
) -> None:
    archive.start()
    listener = service(send_to=archive.node, health=None, retry={"first_s": 0.5, "most_s": 2.0})
    sender = Sender(make_runs(RUNS, frames=3), listener)
    chance = random.Random(SEED)
    sender.start()
    try:
        for _ in range(KILLS):
            listener.start(ready=False)
            time.sleep(chance.uniform(SOONEST_S, LATEST_S))
            listener.kill()
        listener.start()
        sender.join()
    finally:
        sender.stopped.set()
    listener.wait_until_idle(RUNS)
    assert sum(sender.promised.values()) == RUNS
    assert_whole(listener, archive)
    assert listener.stop() == 0


def assert_whole(listener: Service, archive: Archive) -> None:
    status = listener.status()
    # Lost: none of the runs that were answered with success is without its analysis.
    assert status.jobs == {"waiting": 0, "analysing": 0, "done": RUNS, "failed": 0}
    folders = [path.parent for path in listener.out.glob("studies/*/*/index.csv")]
    tables = [(folder / "index.csv").read_text().splitlines() for folder in folders]
    rows = [row for table in tables for row in csv.DictReader(table)]
    assert Counter(row["sop_instance_uid"] for row in rows) == {f"2.25.7{n}": 1 for n in range(RUNS)}
    # Doubled: one job to a run, and one object at the node under each UID, whatever was sent again.
    with closing(sqlite3.connect(listener.out / "spool" / "queue.sqlite")) as base:
        assert base.execute("SELECT count(*), count(DISTINCT job) FROM instance").fetchone() == (RUNS, RUNS)
    written = results(listener)
    assert set(archive.digests) == {str(dcmread(path).SOPInstanceUID) for path in written}
    assert {len(digests) for digests in archive.digests.values()} == {1}
    assert status.results == {
        "kept": 0, "to_send": 0, "sent": len(written), "committed": 0, "refused": 0,
    }  # fmt: skip
    # Half written: every file can be read to its end, and nothing that was under way is left.
    for folder in folders:
        json.loads((folder / "manifest.json").read_text())
        json.loads((folder / "cases.json").read_text())
    wait_for(lambda: not list((listener.out / "spool" / "work").iterdir()), "the place of work to be empty")
    assert not list(listener.out.glob("**/.*.partial"))
    for place in ("incoming", "received"):
        assert not list((listener.out / "spool" / place).iterdir())
