"""What comes late is analysed together with what it belongs to; series of single pictures are runs."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from leakwatch.pacs.store import send

from .conftest import Archive, dcmtk, wait_for
from .test_listen import Runs, Services, deliver, results

pytestmark = pytest.mark.slow
Series = Callable[..., list[Path]]
PLANES = (("A", "090000.0"), ("B", "090000.3"))


@pytest.fixture
def make_pair(make_runs: Runs) -> Callable[[int], list[Path]]:
    """Write the two planes of a recording, ``make_pair(number)``; each number is another study."""

    def make(number: int) -> list[Path]:
        return [
            make_runs(
                1,
                10 * number + place,
                ImageType=["ORIGINAL", "PRIMARY", f"BIPLANE {plane}"],
                StudyInstanceUID=f"2.25.5{number}",
                AcquisitionDate="20260120",
                AcquisitionTime=start,
            )[0]
            for place, (plane, start) in enumerate(PLANES)
        ]

    return make


@pytest.fixture
def make_series(write_xa: Callable[..., Path]) -> Series:
    """Write a series of single pictures, ten a second: ``make_series(number, 6)``."""

    def make(number: int, count: int = 6) -> list[Path]:
        pixels = np.random.default_rng(number).integers(800, 3000, (count, 24, 32)).astype(np.uint16)
        return [
            write_xa(
                pixels[place : place + 1],
                f"series-{number}/{place}.dcm",
                bits_stored=12,
                NumberOfFrames=None,
                FrameIncrementPointer=None,
                FrameTime=None,
                SOPInstanceUID=f"2.25.4{number}{place}",
                StudyInstanceUID=f"2.25.3{number}",
                SeriesInstanceUID=f"2.25.2{number}",
                InstanceNumber=place + 1,
                AcquisitionDate="20260120",
                AcquisitionTime=f"0900{place // 10:02}.{place % 10}00",
            )
            for place in range(count)
        ]

    return make


def rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "index.csv").read_text().splitlines()))


def test_a_plane_that_comes_late_is_analysed_with_the_other(
    service: Services, archive: Archive, make_pair: Callable[[int], list[Path]]
) -> None:
    archive.start()
    listener = service(send_to=archive.node, partner_wait_s=0.5)
    listener.start()
    first, second = make_pair(1)
    deliver([first], listener)
    listener.wait_until_idle(1)
    alone = dict(archive.times)
    (folder,) = listener.out.glob("studies/*/*")
    assert [row["paired_with"] for row in rows(folder)] == [""]
    deliver([second], listener)
    wait_for(lambda: listener.count("analysed") == 2, "the second analysis")
    listener.wait_until_idle(1)
    assert list(listener.out.glob("studies/*/*")) == [folder]
    assert [row["paired_with"] for row in rows(folder)] == ["2.25.711", "2.25.710"]
    # no object was sent twice: those of the first plane are what they were
    assert set(archive.times.values()) == {1}
    assert (
        set(alone) < set(archive.times) == {str(dcmread(path).SOPInstanceUID) for path in results(listener)}
    )
    assert not list((listener.out / "spool" / "received").iterdir())


def test_a_plane_is_let_go_when_it_was_waited_for_long_enough(
    service: Services, make_pair: Callable[[int], list[Path]]
) -> None:
    listener = service(partner_wait_s=0.2, late_s=0.0)
    listener.start()
    for path in make_pair(1):
        deliver([path], listener)
        wait_for(lambda: listener.status().jobs["waiting"] + listener.status().jobs["analysing"] == 0, "it")
    listener.wait_until_idle(2)
    assert not list((listener.out / "spool" / "received").iterdir())


def test_single_pictures_become_one_run_and_late_ones_another_result(
    service: Services, archive: Archive, make_series: Series
) -> None:
    archive.start()
    listener = service(send_to=archive.node, series_quiet_s=1.5)
    listener.start()
    pictures = make_series(1, 8)
    early = pictures[1:6]
    random.Random(3).shuffle(early)
    deliver(early, listener)
    listener.wait_until_idle(1)
    assert listener.count("analysing") == 1
    (folder,) = listener.out.glob("studies/*/*")
    assert [(row["sop_instance_uid"], row["frames"]) for row in rows(folder)] == [("2.25.411", "5")]
    before = set(archive.times)
    # one before all others and two behind them, one by one, while the first is still waited upon
    for path in (pictures[0], *pictures[6:]):
        deliver([path], listener)
    wait_for(lambda: listener.count("analysed") == 2, "the second analysis")
    listener.wait_until_idle(1)
    assert [(row["sop_instance_uid"], row["frames"]) for row in rows(folder)] == [("2.25.410", "8")]
    after = {str(dcmread(path).SOPInstanceUID) for path in results(listener)}
    assert after == set(archive.times) - before
    assert after.isdisjoint(before), "eight frames are another recording than five of them"
    assert {len(digests) for digests in archive.digests.values()} == {1}
    assert listener.status().results["sent"] == len(after)


PAIRS, SERIES, KILLS, SEED = 6, 4, 25, 15
SOONEST_S, LATEST_S = 0.5, 5.0


def test_nothing_is_lost_or_doubled_by_kills_while_halves_come_late(
    service: Services,
    archive: Archive,
    make_pair: Callable[[int], list[Path]],
    make_series: Series,
) -> None:
    """Every second plane, and half of every series, come when the first were analysed already."""
    archive.start()
    listener = service(
        send_to=archive.node,
        health=None,
        partner_wait_s=0.3,
        series_quiet_s=0.3,
        retry={"first_s": 0.3, "most_s": 1.0},
    )
    pairs = [make_pair(number) for number in range(PAIRS)]
    series = [make_series(number) for number in range(SERIES)]
    left = [*(pair[0] for pair in pairs), *(path for one in series for path in one[:3])]
    late = {f"2.25.5{number}": [pair[1]] for number, pair in enumerate(pairs)}
    late |= {f"2.25.3{number}": one[3:] for number, one in enumerate(series)}
    chance = random.Random(SEED)
    place = ["-aet", "SENDER", "-aec", "LEAKWATCH", "127.0.0.1", str(listener.port)]
    command = [dcmtk("storescu"), "-to", "20", "-ta", "20", "-td", "20", *place]
    for _ in range(KILLS):
        listener.start(ready=False)
        end = time.monotonic() + chance.uniform(SOONEST_S, LATEST_S)
        while (rest := end - time.monotonic()) > 0:
            for study in [one for one in late if (listener.out / "studies" / one).exists()]:
                left += late.pop(study)
            with suppress(subprocess.TimeoutExpired):
                if left:
                    told = subprocess.run([*command, str(left[0])], capture_output=True, timeout=rest)
                    del left[: told.returncode == 0]
            time.sleep(0.1)
        listener.kill()
    listener.start()
    while left or late:
        assert all(answer.ok for answer in send(left, listener.node, "SENDER"))
        listener.wait_until_idle(PAIRS + SERIES)
        left = [path for paths in late.values() for path in paths]
        late = {}
    listener.wait_until_idle(PAIRS + SERIES)
    again = sum(event.get("how") == "again" for event in listener.events())
    assert again >= PAIRS, "too few came late for this to show anything"
    # Lost: every pair is a pair, and every series whole. Doubled: one folder, and one row to a run.
    found = {}
    for folder in listener.out.glob("studies/*/*"):
        json.loads((folder / "cases.json").read_text())
        found[folder.parent.name] = sorted((row["paired_with"] != "", row["frames"]) for row in rows(folder))
    assert found == {
        **{f"2.25.5{number}": [(True, "4"), (True, "4")] for number in range(PAIRS)},
        **{f"2.25.3{number}": [(False, "6")] for number in range(SERIES)},
    }
    assert len(list(listener.out.glob("studies/*/*"))) == PAIRS + SERIES
    # The node has each object that there is, and under no UID two.
    written = {str(dcmread(path).SOPInstanceUID) for path in results(listener)}
    assert written <= set(archive.digests)
    assert {len(digests) for digests in archive.digests.values()} == {1}
    assert listener.status().results["sent"] == len(written)
    # Half written: nothing, once the service has looked what a killed one's processes wrote after its start.
    wait_for(lambda: not list((listener.out / "spool" / "work").iterdir()), "the place of work to be empty")
    assert not list(listener.out.glob("**/.*.partial"))
    assert listener.stop() == 0
