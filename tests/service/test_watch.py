"""A folder is watched: what comes to rest in it is analysed once, whoever wrote it and however slowly."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from ruamel.yaml import YAML

from leakwatch.errors import UsageError
from leakwatch.pacs.receive import SUCCESS, Received
from leakwatch.service.seen import Seen, Version
from leakwatch.service.watcher import looker

from .conftest import PATIENT, Archive, Service, wait_for
from .test_listen import Runs, results


class Watching(Service):
    """`leakwatch watch` on a folder of its own."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        self.folder = folder / "dropped"
        self.folder.mkdir()
        listen = {"health": None, **settings}
        YAML(typ="safe").dump({"listen": listen, "watch": {"poll_s": 0.2, "stable_s": 0.5}}, self.config)

    @property
    def command(self) -> list[str]:
        return [
            sys.executable, "-m", "leakwatch.cli.main", "watch", str(self.folder), "-o", str(self.out),
            "--config", str(self.config),
        ]  # fmt: skip

    def start(self, *, ready: bool = True) -> None:
        starts = self.count("watching") + 1 if self.log.exists() else 1
        super().start(ready=False)
        if ready:
            wait_for(lambda: self.count("watching") >= starts, "the start")

    def drop(self, path: Path, name: str | None = None) -> Path:
        """Put a file there as a copying program does: under its name from the first byte on."""
        return Path(shutil.copyfile(path, self.folder / (name or path.name)))


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    made: list[Watching] = []

    def make(**settings: Any) -> Watching:
        made.append(Watching(tmp_path / f"watching-{len(made)}", **settings))
        return made[-1]

    yield make
    for one in made:
        if one.process is not None and one.process.poll() is None:
            one.kill()


@pytest.mark.slow
def test_what_is_dropped_is_analysed_once_and_sent(
    watching: Callable[..., Watching], archive: Archive, make_runs: Runs
) -> None:
    archive.start()
    watcher = watching(send_to=archive.node)
    first, again, broken, last = make_runs(4)
    watcher.drop(first)
    watcher.start()
    watcher.drop(first, f"{PATIENT} again.dcm")
    (watcher.folder / "deep" / "er").mkdir(parents=True)
    watcher.drop(again, "deep/er/run")
    (watcher.folder / "notes.txt").write_text(PATIENT)
    cut = dcmread(broken)
    del cut.StudyInstanceUID
    cut.save_as(watcher.folder / "broken.dcm")
    wait_for(lambda: watcher.count("refused") == 2, "the two that are nothing for us")
    watcher.wait_until_idle(2)
    watcher.kill()
    watcher.start()
    watcher.drop(last)
    watcher.wait_until_idle(3)
    assert watcher.count("analysing") == 3
    assert watcher.count("known_already") == 1
    assert watcher.count("refused") == 2, "a second look at what was looked at"
    assert set(archive.times.values()) == {1}
    assert len(archive.times) == len(results(watcher)) > 0
    assert watcher.stop() == 0
    assert PATIENT not in watcher.log.read_text()
    assert len(list(watcher.folder.rglob("*"))) == 8, "the folder is only read"


@pytest.mark.slow
def test_results_must_not_lie_in_the_watched_folder(watching: Callable[..., Watching]) -> None:
    watcher = watching()
    watcher.out = watcher.folder / "results"
    watcher.start(ready=False)
    assert watcher.process is not None
    assert watcher.process.wait(60) == 2
    assert "must not lie in each other" in watcher.log.read_text()
    assert not watcher.out.exists()


class Look:
    """The watcher's look at a folder, without the service behind it."""

    def __init__(self, folder: Path, stable_s: float = 10.0) -> None:
        self.folder, incoming = folder / "in", folder / "incoming"
        for one in (self.folder, incoming):
            one.mkdir()
        self.incoming, self.events = incoming, list[str]()
        self.taken: list[bytes] = []
        self.fails = False
        self.seen = Seen(folder / "seen.sqlite")
        self.at = looker(
            self.folder,
            incoming,
            self.seen,
            self._take,
            stable_s,
            lambda event, **_: self.events.append(event),
        )

    def _take(self, received: Received) -> int:
        if self.fails:
            raise OSError(28, "No space left on device")
        self.taken.append(received.path.read_bytes())
        return SUCCESS


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    one = Look(tmp_path)
    yield one
    one.seen.close()


def test_a_file_that_grows_is_not_taken_before_it_rests(look: Look, make_runs: Runs) -> None:
    content = make_runs(1)[0].read_bytes()
    file = look.folder / "run.dcm"
    for now_s, share in enumerate((0.3, 0.6, 1.0)):
        file.write_bytes(content[: int(share * len(content))])
        look.at(8.0 * now_s)
    look.at(25.0)
    assert look.taken == []
    look.at(26.0)
    assert look.taken == [content]
    look.at(100.0)
    assert look.taken == [content]
    assert not list(look.incoming.iterdir())


def test_want_of_room_is_not_the_end_of_a_file(look: Look, make_runs: Runs) -> None:
    shutil.copyfile(make_runs(1)[0], look.folder / "run.dcm")
    look.fails = True
    for now_s in (0.0, 10.0, 20.0):
        look.at(now_s)
    assert look.events == ["not_taken", "not_taken"]
    look.fails = False
    look.at(30.0)
    assert len(look.taken) == 1


def test_a_share_that_is_away_comes_back(look: Look, make_runs: Runs) -> None:
    shutil.copyfile(make_runs(1)[0], look.folder / "run.dcm")
    look.at(0.0)
    away = look.folder.rename(look.folder.with_name("away"))
    look.at(5.0)
    look.at(6.0)
    away.rename(look.folder)
    look.at(10.0)
    assert look.events == ["folder_away", "folder_back"]
    assert len(look.taken) == 1


def test_hidden_files_and_links_are_left_alone(look: Look, make_runs: Runs) -> None:
    (run,) = make_runs(1)
    shutil.copyfile(run, look.folder / ".run.dcm.part")
    (look.folder / "link.dcm").symlink_to(run)
    (look.folder / "loop").symlink_to(look.folder)
    for now_s in (0.0, 20.0):
        look.at(now_s)
    assert (look.taken, look.events) == ([], [])


def test_a_list_of_files_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "seen.sqlite").write_bytes(b"not a database at all, but long enough to be looked at" * 9)
    with pytest.raises(UsageError, match="is not leakwatch's list"):
        Seen(tmp_path / "seen.sqlite")


def test_names_of_any_bytes_are_held(look: Look) -> None:
    version = Version(b"\xff\xfe\n.dcm".decode("utf-8", "surrogateescape"), 3, 4)
    assert not look.seen.has(version)
    look.seen.add(version)
    assert look.seen.has(version)
    assert not look.seen.has(Version(version.name, 3, 5))
