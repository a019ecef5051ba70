"""`leakwatch inspect` as a user meets it."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import uid

from leakwatch.notice import RESEARCH_USE

from ..inspect.mixed import PLANTED, A, B, write_mixed

pytestmark = pytest.mark.slow
SAMPLES = Path(__file__).parents[2] / "sample_dicom"


def leakwatch(*arguments: object, columns: int = 80) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leakwatch.cli.main", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env=environment, encoding="utf-8"
    )


def sentences(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if line.startswith("leakwatch: error: ")]


@pytest.fixture
def mixed(write_xa: Callable[..., Path], scene: NDArray[np.uint16]) -> Path:
    return write_mixed(write_xa, scene)


def test_samples_are_ready_to_be_analysed() -> None:
    done = leakwatch("inspect", SAMPLES)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"4 runs in 2 studies, 224 frames, in {SAMPLES}"
    assert done.stdout.count("other plane is run") == 4
    assert "nothing is missing" in done.stdout
    words = shlex.split(lines[-1])
    assert words == ["leakwatch", "analyze", str(SAMPLES), "-o", "OUT", "--outline", str(SAMPLES)]


def test_some_failed(mixed: Path) -> None:
    done = leakwatch("inspect", mixed)
    assert done.returncode == 3
    (sentence,) = sentences(done.stderr)
    assert str(mixed / "broken.dcm") in sentence
    assert "Rows (0028,0010) is 5000" in sentence
    assert "Traceback" not in done.stderr


def test_json_is_one_line_and_nothing_else(mixed: Path) -> None:
    done = leakwatch("inspect", mixed, "--json")
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["schema"], told["research_use"]) == ("leakwatch.inspect/1", RESEARCH_USE)
    assert told["exit_code"] == done.returncode == 3
    assert [run["sop_instance_uid"] for run in told["runs"][:2]] == [A, B]
    assert len(sentences(done.stderr)) == 1


def test_thumbnails_on_request(mixed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "sheets"
    done = leakwatch("inspect", mixed, "--thumbnails", folder, "--json")
    runs = json.loads(done.stdout)["runs"]
    made = sorted(path.name for path in folder.iterdir())
    assert made == sorted(f"{run['sop_instance_uid']}.jpg" for run in runs)
    assert all(Path(run["thumbnails"]["path"]).is_file() for run in runs)
    told = leakwatch("inspect", mixed, "--thumbnails", folder)
    assert f"Contact sheets: 3 pictures in {folder}" in told.stdout


def test_an_undecodable_frame_is_said_and_the_rest_goes_on(
    write_xa: Callable[..., Path], scene: NDArray[np.uint16], tmp_path: Path
) -> None:
    path = write_xa(scene, "runs/a.dcm", syntax=uid.JPEGLSLossless, bits_stored=12)
    data = path.read_bytes()
    at = data.rindex(b"\xff\xd8\xff\xf7") + 7
    path.write_bytes(data[:at] + b"\x00\x09" + data[at + 2 :])
    write_xa(scene, "runs/b.dcm", bits_stored=12, SOPInstanceUID="2.25.77")
    done = leakwatch("inspect", path.parent, "--thumbnails", tmp_path / "sheets")
    assert done.returncode == 3
    (sentence,) = sentences(done.stderr)
    assert f"{path}: " in sentence
    assert len(list((tmp_path / "sheets").iterdir())) == 2


@pytest.mark.parametrize(("columns", "options"), [(80, ["--json"]), (80, []), (200, ["--all"])])
def test_no_patient_in_any_output(mixed: Path, tmp_path: Path, columns: int, options: list[str]) -> None:
    folder = tmp_path / "sheets"
    done = leakwatch("inspect", mixed, "--debug", "--thumbnails", folder, *options, columns=columns)
    assert "2.25.2002" in done.stdout
    assert PLANTED not in done.stdout + done.stderr
    assert not any(PLANTED in path.name for path in folder.iterdir())


def test_quiet_says_nothing_but_errors(mixed: Path) -> None:
    done = leakwatch("inspect", mixed, "--quiet")
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1


def test_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    done = leakwatch("inspect", tmp_path)
    assert done.returncode == 4
    assert sentences(done.stderr) == [f"leakwatch: error: {tmp_path}: no fluoroscopy run to read"]
    assert "Ignored: 1 file" in done.stdout
    as_json = leakwatch("inspect", tmp_path, "--json")
    assert json.loads(as_json.stdout)["exit_code"] == as_json.returncode == 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing"], "missing: there is no such file or folder"),
        ([SAMPLES, "--config", "missing.yaml"], "missing.yaml: cannot be read"),
        ([SAMPLES, "--pixel-mm", "0"], "--pixel-mm: "),
        ([SAMPLES, "--frame-rate", "-3"], "--frame-rate: "),
    ],
)
def test_wrong_use(arguments: list[object], says: str) -> None:
    done = leakwatch("inspect", *arguments)
    assert done.returncode == 2
    (sentence,) = sentences(done.stderr)
    assert says in sentence


def test_thumbnails_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = leakwatch("inspect", SAMPLES / "quiet", "--thumbnails", tmp_path / "file")
    assert done.returncode == 2
    assert "cannot be made a folder for thumbnails" in done.stderr


def test_help_warns_of_burned_in_text() -> None:
    text = " ".join(leakwatch("inspect", "--help", columns=200).stdout.split())
    assert "burned-in text" in text
