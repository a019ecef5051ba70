"""The command where an orchestrator puts it: no home, no network, nothing writable but OUT, nobody's uid."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom import dcmread

from leakwatch.simulate.testing import tiny_case

pytestmark = pytest.mark.slow
NOBODY = 65534
SOURCE = Path(__file__).parents[2] / "src"
CONFINED = """
set -e
mount --make-rprivate /
mount --bind "$OUT" "$OUT"
for place in $(findmnt -rno TARGET | sort -r); do
    case "$place" in "$OUT"|/proc*|/sys*) ;; *) mount -o remount,bind,ro "$place" ;; esac
done
if touch "$IN/touched" 2>/dev/null; then echo "still writable" >&2; exit 99; fi
exec setpriv --reuid "$UID_" --regid "$UID_" --clear-groups --bounding-set -all \\
    "$PYTHON" -m leakwatch.cli.main module
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "out").chmod(0o777)
    return tmp_path / "in", tmp_path / "out"


def as_mercure_lays_out(case: Path, folder: Path) -> None:
    for number, path in enumerate(sorted((case / "dicom").glob("*.dcm"))):
        series = dcmread(path, stop_before_pixels=True).SeriesInstanceUID
        shutil.copy(path, folder / f"{series}#1.2.{number}.dcm")
        (folder / f"{series}#1.2.{number}.tags").write_text('{"PatientName": "Doe^Jane"}', encoding="utf-8")
    task = {"id": "t", "process": {"module_name": "leakwatch", "settings": {}}}
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")


def run_module(folders: tuple[Path, Path]) -> subprocess.CompletedProcess[str]:
    """Run the command as mercure does, shut in where the machine lets us."""
    source, out = folders
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MERCURE_IN_DIR": str(source),
        "MERCURE_OUT_DIR": str(out),
    }
    return subprocess.run(
        [sys.executable, "-m", "leakwatch.cli.main", "module"],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def unprivileged() -> int:
    """Nobody, or root without any of root's powers where nobody may not enter the interpreter's folder."""
    as_nobody = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
    # by way of env: only what nobody starts himself is started without root's powers
    tried = subprocess.run([*as_nobody, "env", sys.executable, "-c", ""], capture_output=True, check=False)
    return NOBODY if tried.returncode == 0 else 0


def run_confined(folders: tuple[Path, Path]) -> subprocess.CompletedProcess[str]:
    source, out = folders
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "PYTHON": sys.executable,
        "HOME": "/nowhere",
        "IN": str(source),
        "OUT": str(out),
        "UID_": str(unprivileged()),
        "MERCURE_IN_DIR": str(source),
        "MERCURE_OUT_DIR": str(out),
    }
    return subprocess.run(
        ["unshare", "--mount", "--net", "bash", "-c", CONFINED],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def outcome(out: Path) -> dict[str, object]:
    return json.loads((out / "result.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_a_biplane_study_and_a_hostile_file_with_nothing_but_its_folder(folders: tuple[Path, Path]) -> None:
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", "findmnt"))):
        pytest.skip("shutting a process in takes root and util-linux")
    source, out = folders
    case = tiny_case(source.parent / "case", "lateral", planes=2, size_px=90, frames=28)
    as_mercure_lays_out(case.folder, source)
    shutil.copy(case.outline, source / "outline.json")
    hostile = min(source.glob("*.dcm")).read_bytes()[:3000]
    (source / "1.2.3#1.2.9.dcm").write_bytes(hostile + b"\xff" * 400)
    # the way to the folder is pytest's own; what nobody may not enter, he is not tested in
    for place in (source, *list(source.parents)[:3]):
        place.chmod(place.stat().st_mode | 0o055)
    done = run_confined(folders)
    if "mount:" in done.stderr:
        pytest.skip("this machine does not let mounts be made")
    assert done.returncode == 0, done.stderr
    result = outcome(out)
    assert len(result["runs"]) == 2  # type: ignore[arg-type]
    assert len(result["failures"]) == 1  # type: ignore[arg-type]
    assert "Traceback" not in done.stderr
    written = sorted(path.name for path in out.iterdir())
    assert written == sorted(["result.json", *result["objects"]])  # type: ignore[misc]
    assert sum(name.endswith("-report.dcm") for name in written) == 2
    assert all(path.stat().st_uid == unprivileged() for path in out.iterdir())
    notification = result["__mercure_notification"]
    assert "2 runs analysed" in notification["text"]  # type: ignore[index]
    assert "1 input failed" in notification["text"]  # type: ignore[index]
    assert "Doe" not in (out / "result.json").read_text(encoding="utf-8")


def test_nothing_that_qualifies_is_an_outcome(folders: tuple[Path, Path]) -> None:
    source, out = folders
    (source / "1.2#1.3.tags").write_text("{}", encoding="utf-8")
    (source / "readme.txt").write_text("no picture", encoding="utf-8")
    done = run_module(folders)
    assert (done.returncode, [path.name for path in out.iterdir()]) == (0, ["result.json"])
    notification = outcome(out)["__mercure_notification"]
    assert notification["text"].startswith("leakwatch: no fluoroscopy run")  # type: ignore[index]
    assert notification["requested"] is False  # type: ignore[index]


def test_an_input_that_fails_alone_fails_the_task(folders: tuple[Path, Path]) -> None:
    source, out = folders
    case = tiny_case(source.parent / "case", None, size_px=90, frames=7)
    whole = sorted((case.folder / "dicom").glob("*.dcm"))[0].read_bytes()
    (source / "1.2#1.3.dcm").write_bytes(whole[:1500])
    done = run_module(folders)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert len(outcome(out)["failures"]) == 1  # type: ignore[arg-type]


def test_an_alarm_asks_for_a_notification(folders: tuple[Path, Path]) -> None:
    source, out = folders
    case = tiny_case(source.parent / "case", "lateral", size_px=90, frames=32)
    as_mercure_lays_out(case.folder, source)
    shutil.copy(case.outline, source / "outline.json")
    done = run_module(folders)
    assert done.returncode == 0, done.stderr
    (run,) = outcome(out)["runs"]  # type: ignore[misc]
    assert run["state"] == "alarm"
    assert outcome(out)["__mercure_notification"]["requested"] is True  # type: ignore[index]
