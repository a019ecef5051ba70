"""A study goes in; its results are found in a real archive, by QIDO, and can be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from highdicom.seg import segread
from highdicom.sr import srread
from pydicom import Dataset, dcmread

from leakwatch.config.nodes import WebConfig
from leakwatch.pacs.query import Query
from leakwatch.pacs.store import send
from leakwatch.pacs.web import find, get, open_web, store
from leakwatch.simulate.case import WrittenCase
from leakwatch.simulate.testing import tiny_case

from ..service.conftest import Service, dcmtk, free_port, wait_for
from .conftest import Orthanc, running

pytestmark = [pytest.mark.pacs, pytest.mark.slow]
MODALITIES = {"SR", "KO", "OT", "PR", "SEG"}
FRAMES = 28


def study_of(case: WrittenCase) -> str:
    (path,) = (case.folder / "dicom").glob("*.dcm")
    return str(dcmread(path, stop_before_pixels=True).StudyInstanceUID)


def read_results(orthanc: Orthanc, study: str, folder: Path) -> dict[str, Dataset]:
    """Find the results by QIDO, fetch them by WADO and read each with what its readers use."""
    web = open_web(WebConfig(url=f"{orthanc.url}/dicom-web"))
    found = find(Query((study,), modalities=tuple(MODALITIES)), web)
    incoming = folder / "incoming"
    incoming.mkdir(parents=True)
    paths = list(get(found, folder, web, incoming))
    objects = {str(dcmread(path).Modality): dcmread(path) for path in paths}
    for path in paths:
        modality = str(dcmread(path).Modality)
        if modality == "SR":
            srread(path)
        if modality == "SEG":
            assert segread(path).number_of_segments >= 1
        if modality in ("SR", "KO"):
            told = subprocess.run([dcmtk("dsrdump"), str(path)], capture_output=True, text=True)
            assert told.returncode == 0, told.stderr
            assert told.stdout.strip()
    return objects


def check(objects: dict[str, Dataset], study: str) -> None:
    assert set(objects) == MODALITIES
    assert {str(one.StudyInstanceUID) for one in objects.values()} == {study}
    assert len({one.SeriesInstanceUID for one in objects.values()}) == len(objects)
    assert int(objects["OT"].NumberOfFrames) == FRAMES


def test_in_by_c_store_and_out_by_c_store(
    orthanc: Orthanc, service: Callable[..., Service], tmp_path: Path
) -> None:
    case = tiny_case(tmp_path / "case", size_px=128, frames=FRAMES)
    listener = service(send_to=orthanc.node.model_dump(mode="json"), outlines=str(case.outline))
    listener.start()
    place = ["-aec", "LEAKWATCH", "127.0.0.1", str(listener.port)]
    subprocess.run([dcmtk("dcmsend"), *place, "+sd", "+r", str(case.folder / "dicom")], check=True)
    listener.wait_until_idle(1)
    assert listener.status().results["refused"] == 0
    check(read_results(orthanc, study_of(case), tmp_path / "fetched"), study_of(case))


def test_what_arrives_at_orthanc_is_followed_once(
    orthanc: Orthanc, service: Callable[..., Service], tmp_path: Path
) -> None:
    case = tiny_case(tmp_path / "case", size_px=128, frames=FRAMES, seed=6)
    follower = service(send_to=orthanc.node.model_dump(mode="json"), outlines=str(case.outline))
    follower.arguments = ["follow", orthanc.url]
    follower.started = "following"
    follower.start()
    sent = list(send(sorted((case.folder / "dicom").glob("*.dcm")), orthanc.node, "MODALITY"))
    assert all(one.ok for one in sent)
    wait_for(lambda: follower.count("received") > 0, "the run")
    # others tests' runs in the same server are taken as well, and none of them twice
    mine = study_of(case)
    wait_for(lambda: (follower.out / "studies" / mine).exists(), "the results")
    jobs = sum(follower.status().jobs.values())
    follower.wait_until_idle(jobs)
    check(read_results(orthanc, mine, tmp_path / "fetched"), mine)
    follower.kill()
    # results that came back, and a start anew, set nothing going
    (follower.out / "spool" / "followed").unlink()
    looks = follower.count("following")
    follower.start()
    wait_for(lambda: follower.count("following") > looks, "the new start")
    wait_for((follower.out / "spool" / "followed").exists, "a look at all there is")
    follower.wait_until_idle(sum(follower.status().jobs.values()))
    assert sum(follower.status().jobs.values()) == jobs
    assert follower.stop() == 0


def test_a_server_that_was_set_up_anew_is_followed_from_its_beginning(
    service: Callable[..., Service], make_runs: Callable[..., list[Path]], tmp_path: Path
) -> None:
    server = Orthanc(free_port(), free_port())
    follower = service(watch={"poll_s": 0.3})
    follower.arguments, follower.started = ["follow", server.url], "following"
    with running(server, tmp_path / "first"):
        follower.start()
        assert all(one.ok for one in send(make_runs(1), server.node, "MODALITY"))
        wait_for(lambda: follower.count("received") == 1, "the first run")
        wait_for((follower.out / "spool" / "followed").exists, "the note of how far it was")
        follower.wait_until_idle(1)
    follower.kill()
    with running(server, tmp_path / "second"):
        # by the time it is looked at again its feed has gone past the number of the old one
        assert all(one.ok for one in send(make_runs(4, 10), server.node, "MODALITY"))
        wait_for(lambda: server.ask("/changes?since=0&limit=1000")["Last"] > 20, "a longer feed")
        follower.start()
        follower_jobs = 5
        wait_for(lambda: follower.count("received") == follower_jobs, "all runs")
        follower.wait_until_idle(follower_jobs)
        assert follower.count("feed_anew") == 1


def test_in_by_a_watched_folder(orthanc: Orthanc, service: Callable[..., Service], tmp_path: Path) -> None:
    case = tiny_case(tmp_path / "case", size_px=128, frames=FRAMES, seed=7)
    watcher = service(
        send_to=orthanc.node.model_dump(mode="json"),
        outlines=str(case.outline),
        watch={"poll_s": 0.2, "stable_s": 0.5},
    )
    watcher.arguments = ["watch", str(case.folder / "dicom")]
    watcher.started = "watching"
    watcher.start()
    wait_for(lambda: watcher.count("received") > 0, "the run")
    watcher.wait_until_idle(1)
    check(read_results(orthanc, study_of(case), tmp_path / "fetched"), study_of(case))


def test_by_the_contract_of_a_module(orthanc: Orthanc, tmp_path: Path) -> None:
    case = tiny_case(tmp_path / "case", size_px=128, frames=FRAMES, seed=8)
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    (path,) = (case.folder / "dicom").glob("*.dcm")
    header = dcmread(path, stop_before_pixels=True)
    shutil.copy(path, folder / f"{header.SeriesInstanceUID}#{header.SOPInstanceUID}.dcm")
    shutil.copy(case.outline, folder / "outline.json")
    named = {"MERCURE_IN_DIR": str(folder), "MERCURE_OUT_DIR": str(out)}
    command = [sys.executable, "-m", "leakwatch.cli.main", "module"]
    subprocess.run(command, env={**os.environ, **named}, check=True)
    sent = list(send(sorted(out.glob("*.dcm")), orthanc.node, "MERCURE"))
    assert all(one.ok for one in sent)
    check(read_results(orthanc, study_of(case), tmp_path / "fetched"), study_of(case))


def test_in_and_out_by_dicomweb(orthanc: Orthanc, tmp_path: Path) -> None:
    case = tiny_case(tmp_path / "case", size_px=128, frames=FRAMES, seed=5)
    web = open_web(WebConfig(url=f"{orthanc.url}/dicom-web"))
    store(sorted((case.folder / "dicom").glob("*.dcm")), web)
    command = [sys.executable, "-m", "leakwatch.cli.main"]
    fetched, out = tmp_path / "fetched", tmp_path / "out"
    place = ["--web", f"{orthanc.url}/dicom-web", "--study", study_of(case)]
    subprocess.run([*command, "fetch", "-o", str(fetched), *place], check=True)
    arguments = [str(fetched), "-o", str(out), "--outline", str(case.outline), "--dicom", "--quiet"]
    subprocess.run([*command, "analyze", *arguments], check=True)
    subprocess.run([*command, "send", str(out), "--web", f"{orthanc.url}/dicom-web"], check=True)
    check(read_results(orthanc, study_of(case), tmp_path / "results"), study_of(case))


def test_sent_by_c_store_and_moved_on(
    orthanc: Orthanc, service: Callable[..., Service], tmp_path: Path
) -> None:
    """What goes out is results alone; and dcmtk's movescu has the archive hand a study to the service."""
    case = tiny_case(tmp_path / "case", size_px=128, frames=FRAMES, seed=9)
    command, out, dicom = (
        [sys.executable, "-m", "leakwatch.cli.main"],
        tmp_path / "out",
        case.folder / "dicom",
    )
    arguments = [str(dicom), "-o", str(out), "--outline", str(case.outline), "--dicom", "--quiet"]
    subprocess.run([*command, "analyze", *arguments], check=True)
    place = ["--node", f"ORTHANC@127.0.0.1:{orthanc.dicom_port}"]
    said = subprocess.run(
        [*command, "send", str(out), str(dicom), *place], check=True, capture_output=True, text=True
    )
    assert "5 of 5 objects sent" in said.stdout
    check(read_results(orthanc, study_of(case), tmp_path / "results"), study_of(case))
    nothing = subprocess.run([*command, "send", str(dicom), *place], capture_output=True, text=True)
    assert nothing.returncode == 4
    assert "no DICOM object that leakwatch wrote" in nothing.stderr
    assert all(one.ok for one in send(sorted(dicom.glob("*.dcm")), orthanc.node, "MODALITY"))
    listener = service()
    orthanc.put("/modalities/leakwatch", {"AET": "LEAKWATCH", "Host": "127.0.0.1", "Port": listener.port})
    listener.start()
    (path,) = dicom.glob("*.dcm")
    series = dcmread(path, stop_before_pixels=True).SeriesInstanceUID
    keys = ["-k", "QueryRetrieveLevel=SERIES", "-k", f"StudyInstanceUID={study_of(case)}"]
    keys += ["-k", f"SeriesInstanceUID={series}"]
    titles = ["-aet", "TESTER", "-aec", "ORTHANC", "-aem", "LEAKWATCH"]
    port = str(orthanc.dicom_port)
    subprocess.run([dcmtk("movescu"), "-S", *titles, *keys, "127.0.0.1", port], check=True)
    listener.wait_until_idle(1)
    assert listener.status().instances["run"] == 1
