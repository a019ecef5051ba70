"""What goes wrong on the way; each time nothing is lost, doubled or left half written."""

from __future__ import annotations

import subprocess
import urllib.request
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread, dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, XRayAngiographicImageStorage
from pynetdicom.dimse_messages import C_STORE_RQ
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import encode
from pynetdicom.presentation import build_context

from leakwatch.pacs.store import associate, send

from .conftest import Archive, Service, wait_for
from .test_listen import Runs, Services, deliver, results

pytestmark = pytest.mark.slow


def test_a_node_that_is_down_gets_everything_once_it_is_up(
    service: Services, archive: Archive, make_runs: Runs
) -> None:
    listener = service(send_to=archive.node, retry={"first_s": 0.5, "most_s": 1.0})
    listener.start()
    deliver(make_runs(3), listener)
    wait_for(lambda: listener.status().jobs["done"] == 3, "the analyses")
    wait_for(lambda: listener.count("not_sent") > 3, "some attempts")
    assert "cannot be reached" in listener.log.read_text()
    archive.start()
    listener.wait_until_idle(3)
    written = results(listener)
    assert len(archive.times) == len(written) == listener.status().results["sent"]
    assert set(archive.times.values()) == {1}


def test_an_association_aborted_in_mid_transfer_leaves_nothing(service: Services, make_runs: Runs) -> None:
    listener = service()
    listener.start()
    (path,) = make_runs(1, frames=200)
    syntax = [str(ExplicitVRLittleEndian)]
    dataset = dcmread(path)
    for share in (0.1, 0.5, 0.9):
        association = associate(
            listener.node, "SENDER", [build_context(XRayAngiographicImageStorage, syntax)]
        )
        request = C_STORE()
        request.MessageID, request.Priority = 1, 2
        request.AffectedSOPClassUID = dataset.SOPClassUID
        request.AffectedSOPInstanceUID = dataset.SOPInstanceUID
        request.DataSet = BytesIO(encode(dataset, False, True) or b"")
        message = C_STORE_RQ()
        message.primitive_to_message(request)
        pieces = list(message.encode_msg(association.accepted_contexts[0].context_id, 4096))
        assert len(pieces) > 20
        for piece in pieces[: int(share * len(pieces))]:
            association.dul.send_pdu(piece)
        association.abort()
    deliver([path], listener)
    listener.wait_until_idle(1)
    assert listener.status().instances["run"] == 1
    # what was cut off is no promise, and goes when the service starts again
    assert listener.stop() == 0
    listener.start()
    assert not list((listener.out / "spool" / "incoming").iterdir())


def test_a_hostile_file_in_the_middle_harms_no_other(service: Services, make_runs: Runs) -> None:
    listener = service()
    listener.start()
    first, bad, short, odd, last = make_runs(5)
    broken = dcmread(bad)
    del broken.StudyInstanceUID
    dcmwrite(bad, broken)
    cut = dcmread(short)
    cut.PixelData = cut.PixelData[:100]
    dcmwrite(short, cut)
    odd.write_bytes(odd.read_bytes().replace(b"2.25.83\0", b"../../ab"))
    answers = list(send([first, bad, short, odd, last], listener.node, "SENDER"))
    assert [answer.ok for answer in answers] == [True, False, True, False, True]
    listener.wait_until_idle(3)
    status = listener.status()
    assert (status.jobs["done"], status.jobs["failed"]) == (2, 1)
    (trouble,) = status.troubles
    assert "PixelData" in trouble.why or "Pixel Data" in trouble.why
    assert "Study Instance UID (0020,000D)" in listener.log.read_text()
    # what failed is kept for whoever looks into it
    kept = [file.name for file in (listener.out / "spool" / "received").iterdir()]
    assert kept == ["2.25.72.dcm"]


def may_mount() -> bool:
    """Whether this machine lets us have a small disk of our own."""
    tried = subprocess.run(["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return tried.returncode == 0


def on_a_small_disk(listener: Service) -> Path:
    """Start a service on 3 MB; give the path of its folder as the service sees it."""
    listener.out.mkdir(parents=True)
    script = f'mount -t tmpfs -o size=3m none "{listener.out}" && exec "$@"'
    listener.before = ["unshare", "-Urm", "sh", "-c", script, "sh"]
    listener.start()
    assert listener.process is not None
    return Path(f"/proc/{listener.process.pid}/root{listener.out}")


def fill(filler: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(4_000_000))


def test_an_analysis_that_finds_no_room_waits_for_it(service: Services, make_runs: Runs) -> None:
    if not may_mount():
        pytest.skip("this machine gives no mount of our own")
    listener: Service = service(retry={"first_s": 0.5})
    out = on_a_small_disk(listener)
    deliver(make_runs(1, frames=30), listener)
    wait_for(lambda: listener.count("analysing") == 1, "the analysis to begin")
    fill(out / "filler")
    wait_for(lambda: listener.count("no_room") + listener.count("worker_waits") >= 2, "two attempts in vain")
    with urllib.request.urlopen(f"http://127.0.0.1:{listener.health_port}/health") as answer:
        assert answer.status == 200
    (out / "filler").unlink()
    wait_for(lambda: list(out.glob("studies/*/*/runs/*/dicom/report.dcm")), "the results")
    assert listener.stop() == 0
    events = [event["event"] for event in listener.events()]
    assert "input_failed" not in events
    assert "analysis_died" not in events


def test_a_full_disk_takes_nothing_and_loses_nothing(service: Services, make_runs: Runs) -> None:
    if not may_mount():
        pytest.skip("this machine gives no mount of our own")
    listener: Service = service()
    listener.out = on_a_small_disk(listener)
    filler = listener.out / "filler"
    fill(filler)
    paths = make_runs(3, frames=30)
    for _ in range(3):
        answers = list(send(paths, listener.node, "SENDER"))
        assert ["0xA700" in answer.why for answer in answers] == [True] * 3
    assert listener.count("no_room") == 9
    assert listener.count("received") == 0
    filler.unlink()
    deliver(paths[:1], listener)
    wait_for(lambda: listener.count("analysed") == 1, "the analysis")
    with urllib.request.urlopen(f"http://127.0.0.1:{listener.health_port}/metrics") as answer:
        metrics = answer.read().decode()
    assert 'leakwatch_instances{kind="run"} 1.0' in metrics
    assert 'leakwatch_jobs{state="done"} 1.0' in metrics
    assert listener.count("analysing") == 1
