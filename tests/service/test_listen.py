"""A run goes in by C-STORE; results come out on the disk and at the node that is to have them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread

from leakwatch.pacs.store import send
from leakwatch.simulate.testing import tiny_case

from .conftest import PATIENT, Archive, Service, dcmtk, wait_for

pytestmark = pytest.mark.slow
Services = Callable[..., Service]
Runs = Callable[..., list[Path]]


def deliver(paths: list[Path], service: Service) -> None:
    answers = list(send(paths, service.node, "SENDER"))
    assert [answer.why for answer in answers if not answer.ok] == []


def results(service: Service) -> list[Path]:
    return sorted(service.out.glob("studies/*/*/runs/*/dicom/*.dcm"))


def test_a_run_is_analysed_and_its_results_are_sent(
    service: Services, archive: Archive, make_runs: Runs
) -> None:
    archive.start()
    listener = service(send_to=archive.node)
    listener.start()
    deliver(make_runs(2), listener)
    listener.wait_until_idle(2)
    written = results(listener)
    assert {str(dcmread(path).SOPInstanceUID) for path in written} == set(archive.times)
    assert set(archive.times.values()) == {1}
    assert listener.status().results["sent"] == len(written) > 0
    for name in ("index.csv", "manifest.json", "cases.json"):
        assert len(list(listener.out.glob(f"studies/*/*/{name}"))) == 2
    assert not list((listener.out / "spool" / "received").iterdir())
    assert listener.stop() == 0
    log = listener.log.read_text()
    assert PATIENT not in log
    assert "planted-id" not in log
    assert listener.count("received") == 2


def test_what_a_killed_services_processes_write_after_the_start_goes(
    service: Services, tmp_path: Path
) -> None:
    listener = service()
    listener.start()
    (tmp_path / "late" / "runs").mkdir(parents=True)
    (tmp_path / "late" / "runs" / "frames.csv").touch()
    late = (tmp_path / "late").rename(listener.out / "spool" / "work" / "4-late")
    wait_for(lambda: not late.exists(), "it to be removed")
    assert listener.stop() == 0


def test_dcmtk_is_answered(service: Services, tmp_path: Path) -> None:
    listener = service()
    listener.start()
    written = tiny_case(tmp_path / "case", None, planes=2, frames=14)
    place = ["-aec", "LEAKWATCH", "127.0.0.1", str(listener.port)]
    subprocess.run([dcmtk("echoscu"), *place], check=True)
    subprocess.run([dcmtk("dcmsend"), *place, "+sd", "+r", str(written.folder / "dicom")], check=True)
    listener.wait_until_idle(1)
    (study,) = listener.out.glob("studies/*/*")
    assert len(list((study / "runs").iterdir())) == 2
    case = json.loads((study / "cases.json").read_text())
    assert "pairs" in json.dumps(case)


def test_an_unknown_caller_is_turned_away(service: Services, make_runs: Runs) -> None:
    listener = service(callers=["MODALITY"])
    listener.start()
    (answer,) = send(make_runs(1), listener.node, "STRANGER")
    assert not answer.ok
    assert "refused" in answer.why
    (answer,) = send(make_runs(1), listener.node, "MODALITY")
    assert answer.ok


def test_a_plane_waits_for_the_other_and_then_goes_alone(service: Services, make_runs: Runs) -> None:
    listener = service(partner_wait_s=2.0)
    listener.start()
    study = {"StudyInstanceUID": "2.25.5", "AcquisitionDate": "20260120", "AcquisitionTime": "090000"}
    first = make_runs(1, 0, ImageType=["ORIGINAL", "PRIMARY", "BIPLANE A"], **study)
    second = make_runs(1, 1, ImageType=["ORIGINAL", "PRIMARY", "BIPLANE B"], **study)
    alone = make_runs(1, 2, ImageType=["ORIGINAL", "PRIMARY", "BIPLANE A"])
    deliver([*first, *second, *alone], listener)
    listener.wait_until_idle(2)
    runs = sorted(len(list((one / "runs").iterdir())) for one in listener.out.glob("studies/*/*"))
    assert runs == [1, 2]


def test_an_outline_that_arrives_is_used(service: Services, tmp_path: Path, make_runs: Runs) -> None:
    """Our own results come back from archives: the outline in them must not become anybody's outline."""
    listener = service()
    listener.start()
    deliver(make_runs(1), listener)
    listener.wait_until_idle(1)
    own = [path for path in results(listener) if path.name in ("presentation.dcm", "segmentation.dcm")]
    assert own
    deliver(own, listener)
    deliver(make_runs(1, 1), listener)
    listener.wait_until_idle(2)
    status = listener.status()
    assert status.instances == {"run": 2, "outline": 0, "own": len(own)}
    assert not list((listener.out / "spool" / "received").iterdir())


def test_what_comes_twice_and_from_two_at_once_is_taken_once(
    service: Services, archive: Archive, make_runs: Runs
) -> None:
    archive.start()
    listener = service(send_to=archive.node)
    listener.start()
    paths = make_runs(4)
    senders = [threading.Thread(target=deliver, args=(paths, listener)) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    deliver(paths, listener)
    listener.wait_until_idle(4)
    assert listener.status().instances["run"] == 4
    assert listener.count("analysing") == 4
    assert listener.count("known_already") == 8
    assert set(archive.times.values()) == {1}


def test_the_first_under_a_uid_stands(service: Services, make_runs: Runs) -> None:
    listener = service(keep_received=True)
    listener.start()
    (path,) = make_runs(1)
    deliver([path], listener)
    listener.wait_until_idle(1)
    kept = listener.out / "spool" / "received" / "2.25.70.dcm"
    before = kept.read_bytes()
    deliver(make_runs(1, 0, frames=6), listener)
    assert listener.count("differs_from_first") == 1
    assert kept.read_bytes() == before
    assert listener.count("analysing") == 1


def test_health_and_metrics_answer(service: Services, make_runs: Runs) -> None:
    listener = service()
    listener.start()
    deliver(make_runs(1), listener)
    listener.wait_until_idle(1)
    base = f"http://127.0.0.1:{listener.health_port}"
    with urllib.request.urlopen(f"{base}/health") as answer:
        assert json.load(answer)["well"] is True
    with urllib.request.urlopen(f"{base}/metrics") as answer:
        text = answer.read().decode()
    assert 'leakwatch_jobs{state="done"} 1.0' in text
    assert 'leakwatch_instances{kind="run"} 1.0' in text
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{base}/elsewhere")


def test_the_status_is_told_while_it_works_and_after(service: Services, make_runs: Runs) -> None:
    listener = service()
    listener.start()
    first, broken = make_runs(2)
    cut = dcmread(broken)
    cut.PixelData = cut.PixelData[:100]
    cut.save_as(broken)
    deliver([first, broken], listener)
    listener.wait_until_idle(2)
    command = [sys.executable, "-m", "leakwatch.cli.main", "status", str(listener.out)]
    for stop in (False, True):
        if stop:
            assert listener.stop() == 0
        told = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout
        found = json.loads(told)
        assert found["instances"]["run"] == 2
        assert (found["jobs"]["done"], found["jobs"]["failed"]) == (1, 1)
        assert found["results"]["kept"] == len(results(listener))
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "1 done, 1 failed" in text
        assert PATIENT not in text
    none = subprocess.run([*command[:-1], str(listener.out / "none")], capture_output=True, text=True)
    assert none.returncode == 2
    assert "no leakwatch service has worked there" in none.stderr


def test_one_folder_has_one_service(service: Services) -> None:
    first, second = service(), service()
    first.start()
    second.out = first.out
    second.start()
    assert second.process is not None
    assert second.process.wait(60) == 2
    assert "another leakwatch service works in this folder" in second.log.read_text()
    wait_for(lambda: first.status(), "the first to be well")
