"""From a real archive to files: `leakwatch fetch` by C-GET, by C-MOVE and by DICOMweb."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.uid import JPEGLosslessSV1

from leakwatch.errors import PeerError
from leakwatch.pacs.keep import place_of
from leakwatch.pacs.store import send

from ..service.conftest import PATIENT, free_port
from .conftest import Orthanc

WAYS = ("get", "move", "web")
Asking = Callable[[str], list[str]]


def fetch(*arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "leakwatch.cli.main", "fetch", *arguments], capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert PATIENT not in done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def asking(orthanc: Orthanc, tmp_path: Path) -> Asking:
    """Give the arguments that reach the archive one way."""

    def ask(way: str) -> list[str]:
        port = free_port()
        node = orthanc.node.model_dump(mode="json")
        settings = {"archives": {"nodes": {"pacs": node}}, "listen": {"port": port}}
        (tmp_path / "settings.json").write_text(json.dumps(settings))
        place = ["--node", "pacs", "--config", str(tmp_path / "settings.json")]
        if way == "web":
            return ["--web", f"{orthanc.url}/dicom-web"]
        if way == "move":
            orthanc.put("/modalities/leakwatch", {"AET": "LEAKWATCH", "Host": "127.0.0.1", "Port": port})
            return [*place, "--move"]
        return place

    return ask


@pytest.mark.pacs
@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_what_is_fetched_is_what_was_sent(
    way: str, orthanc: Orthanc, asking: Asking, make_runs: Callable[..., list[Path]], tmp_path: Path
) -> None:
    start = 100 + 10 * WAYS.index(way)
    study = {"StudyInstanceUID": f"2.25.4{start}", "StudyDate": f"2026012{WAYS.index(way)}"}
    sent = [*make_runs(2, start, **study), *make_runs(1, start + 2, syntax=JPEGLosslessSV1, **study)]
    other = make_runs(1, start + 3, Modality="US", **study)
    assert all(answer.ok for answer in send([*sent, *other], orthanc.node, "SENDER"))
    place, out = asking(way), tmp_path / "fetched"
    wanted = ["--study", study["StudyInstanceUID"], *place, "-o", str(out)]
    assert "3 found, 0 there already, 0 fetched" in fetch(*wanted, "--list")
    assert not out.exists()
    assert "3 found, 0 there already, 3 fetched" in fetch(*wanted)
    for path in sent:
        before = dcmread(path)
        final = place_of(out, before.StudyInstanceUID, before.SeriesInstanceUID, before.SOPInstanceUID)
        after = dcmread(final)
        assert after.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
        assert {str(one.tag): one.value for one in after} == {str(one.tag): one.value for one in before}
    # what is there is not fetched again, and what is gone is
    final.unlink()
    assert "3 found, 2 there already, 1 fetched" in fetch(*wanted)
    assert len([path for path in out.rglob("*") if path.is_file()]) == 3
    said = json.loads(fetch(*wanted, "--json"))
    assert (len(said["found"]), said["fetched"]) == (3, [])
    # by date and patient as well
    day = ["--date", study["StudyDate"], "--patient", "planted-id", *place, "-o", str(out), "--list"]
    assert "3 found" in fetch(*day)
    assert "holds no instance that matches" in fetch("--study", "2.25.404", *place, "-o", str(out), code=4)


@pytest.mark.slow
def test_an_archive_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    for place in (["--node", f"PACS@127.0.0.1:{port}"], ["--web", f"http://127.0.0.1:{port}/dicom-web"]):
        said = fetch("--study", "2.25.1", *place, "-o", str(tmp_path), code=3)
        assert "cannot be reached" in said
        assert "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--study", "1.2"], "one of --node and --web"),
        (["--node", "A@b:1"], "not fetched whole"),
        (["--node", "nobody", "--study", "1.2"], "archives.nodes"),
        (["--node", "A@b:99999", "--study", "1.2"], "--node"),
        (["--web", "ftp://x", "--study", "1.2"], "archives.web"),
        (["--node", "A@b:1", "--date", "yesterday"], "--date"),
    ],
)
def test_bad_usage_is_said(arguments: list[str], word: str, tmp_path: Path) -> None:
    assert word in fetch(*arguments, "-o", str(tmp_path), code=2)


@pytest.mark.parametrize("uids", [("../x", "1", "2"), ("1", "", "2"), ("1", "2", "a/b")])
def test_what_an_archive_says_points_nowhere_else(uids: Any, tmp_path: Path) -> None:
    with pytest.raises(PeerError, match="not a valid UID"):
        place_of(tmp_path, *uids)
