"""The command as a user meets it: a process with arguments, two streams and an exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from leakwatch import __version__
from leakwatch.bench.recording import write_recording
from leakwatch.notice import RESEARCH_USE


def leakwatch(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leakwatch.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A configuration without the report page."""
    path = tmp_path / "plain.yaml"
    path.write_text("report: {enabled: false}\n", encoding="utf-8")
    return path


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "run.dcm"
    write_recording(path, 20)
    return path


def sentences(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if line.startswith("leakwatch: error: ")]


def test_version_and_help_go_to_stdout() -> None:
    version = leakwatch("--version")
    assert (version.returncode, version.stdout, version.stderr) == (0, f"leakwatch {__version__}\n", "")
    help_text = leakwatch("--help")
    assert help_text.returncode == 0
    assert "Research use only" in " ".join(help_text.stdout.split())
    assert {"analyze", "simulate"} <= set(help_text.stdout.split())


def test_verdict_on_stdout_progress_on_stderr(tmp_path: Path, recording: Path, plain: Path) -> None:
    done = leakwatch("analyze", recording, "-o", tmp_path / "out", "--config", plain)
    assert done.returncode == 0
    verdict, where, notice = done.stdout.splitlines()
    assert verdict.startswith(f"{recording}: ")
    assert "20 frames" in verdict
    assert where == f"results: {tmp_path / 'out'}"
    assert notice == RESEARCH_USE
    assert "20 frames in 1 run" in done.stderr
    assert f"warning: {recording}: no outline" in done.stderr


@pytest.mark.slow
def test_report_is_named(tmp_path: Path, recording: Path) -> None:
    done = leakwatch("analyze", recording, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert f"report: {tmp_path / 'out' / 'report.html'}" in done.stdout
    assert (tmp_path / "out" / "report.html").stat().st_size > 1000


def test_quiet_says_nothing(tmp_path: Path, recording: Path, plain: Path) -> None:
    done = leakwatch("analyze", recording, "-o", tmp_path / "out", "--config", plain, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out" / "index.csv").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_name_may_be_any_bytes(tmp_path: Path, recording: Path, plain: Path) -> None:
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/in/J\xfcrgen\n\x1b[31m.dcm"))
    odd.parent.mkdir()
    recording.rename(odd)
    odd.with_name(odd.name + "x").write_bytes(odd.read_bytes()[:5000])
    done = leakwatch("analyze", odd.parent, "-o", tmp_path / "out", "--config", plain)
    assert done.returncode == 3, done.stderr
    assert "J?rgen??[31m.dcm: " in done.stdout
    assert all(
        line.startswith("leakwatch: ") or " runs" in line or " frames" in line
        for line in done.stderr.splitlines()
    )
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert str(odd) in [file["path"] for one in manifest["inputs"] for file in one["files"]]


def test_json_is_one_line(tmp_path: Path, recording: Path, plain: Path) -> None:
    broken = tmp_path / "broken.dcm"
    broken.write_bytes(b"x" * 200)
    done = leakwatch("analyze", recording, broken, "-o", tmp_path / "out", "--config", plain, "--json")
    (line,) = done.stdout.splitlines()
    summary = json.loads(line)
    assert done.returncode == summary["exit_code"] == 3
    assert summary["schema"] == "leakwatch.summary/1"
    assert summary["research_use"] == RESEARCH_USE
    (run,) = summary["runs"]
    assert run["paths"] == [str(recording)]
    assert run["frames"] == 20
    assert run["state"] in ("clear", "watch", "alarm", "no_decision")
    assert (tmp_path / "out" / run["folder"] / "frames.csv").exists()
    (failure,) = summary["failures"]
    assert sentences(done.stderr) == [f"leakwatch: error: {failure}"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["analyze"], 2, "Missing"),
        (["analyze", "{run}"], 2, "--out"),
        (["analyze", "{run}", "-o", "{out}", "--jobs", "0"], 2, "--jobs"),
        (["analyze", "{none}", "-o", "{out}"], 2, "no such file"),
        (["analyze", "{run}", "-o", "{run}"], 2, "cannot be made a folder"),
        (["analyze", "{run}", "-o", "{out}", "--config", "{none}"], 2, "cannot be read"),
        (["analyze", "{run}", "-o", "{out}", "--config", "{bad}"], 2, "report.enalbed"),
        (["analyze", "{run}", "-o", "{out}", "--outline", "{bad}"], 2, "is not JSON"),
        (["analyze", "{bad}", "-o", "{out}"], 3, "bad"),
        (["analyze", "{empty}", "-o", "{out}"], 4, "no fluoroscopy run"),
    ],
)
def test_exit_code_and_one_sentence(
    tmp_path: Path, recording: Path, arguments: list[str], code: int, says: str
) -> None:
    (tmp_path / "bad").write_text("report: {enalbed: false}\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    places = {
        "run": recording,
        "out": tmp_path / "out",
        **{name: tmp_path / name for name in ("none", "bad", "empty")},
    }
    done = leakwatch(*(argument.format(**places) for argument in arguments))
    assert done.returncode == code
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    if "{out}" in arguments:
        assert len(sentences(done.stderr)) == (0 if "--jobs" in arguments else 1)


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = leakwatch("analyze", tmp_path / "none", "-o", tmp_path / "out", "--debug")
    assert done.returncode == 2
    assert "Traceback" in done.stderr


def test_json_also_when_nothing_could_be_done(tmp_path: Path) -> None:
    done = leakwatch("analyze", tmp_path, "-o", tmp_path / "out", "--json")
    (line,) = done.stdout.splitlines()
    assert done.returncode == json.loads(line)["exit_code"] == 4
    assert "no fluoroscopy run" in json.loads(line)["error"]


def test_resets_are_read_kept_and_said(tmp_path: Path, recording: Path, plain: Path) -> None:
    resets = tmp_path / "resets.json"
    named = [{"frame": 3}, {"sop_instance_uid": "1.2.3.4.5", "time_s": 1.0}]
    resets.write_text(json.dumps({"schema": "leakwatch.resets/1", "resets": named}), encoding="utf-8")
    done = leakwatch("analyze", recording, "-o", tmp_path / "o", "--config", plain, "--reset", resets)
    assert done.returncode == 0
    assert "reset for SOP Instance UID 1.2.3.4.5 belongs to none of the runs" in done.stderr
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text(encoding="utf-8"))
    kept = manifest["config"]["imaging"]["alarm"]["resets"]
    assert [(one["frame"], one["time_s"], one["sop_instance_uid"]) for one in kept] == [
        (3, None, None),
        (None, 1.0, "1.2.3.4.5"),
    ]


def test_a_list_of_resets_that_is_refused_ends_the_command(tmp_path: Path, recording: Path) -> None:
    resets = tmp_path / "resets.json"
    resets.write_text('{"schema": "leakwatch.resets/1", "resets": [{}]}', encoding="utf-8")
    done = leakwatch("analyze", recording, "-o", tmp_path / "o", "--reset", resets)
    assert done.returncode == 2
    assert len(sentences(done.stderr)) == 1
    assert str(resets) in done.stderr
    assert not (tmp_path / "o").exists()
