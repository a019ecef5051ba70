"""The last words of `leakwatch analyze`."""

from __future__ import annotations

import sys
from pathlib import Path

from leakwatch.dicom.quiet import printable
from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import AnalysedRun, Plane, Run, State
from leakwatch.pipeline.request import BatchReport, RunReport
from leakwatch.results.index_csv import run_folder
from leakwatch.results.run_json import warnings


def errors(report: BatchReport) -> list[str]:
    """Give the sentence of every input that failed, wholly or in part."""
    return [*report.failures, *(one.error for one in report.runs if one.error)]


def print_warnings(report: BatchReport) -> None:
    """Say on stderr what the runs cannot support."""
    for sentence in report.warnings:
        warn(sentence)
    for one in report.runs:
        if one.analysed is not None:
            for sentence in warnings(one.analysed):
                warn(f"{name(one.run)}: {sentence}")


def warn(sentence: str) -> None:
    """Print a warning."""
    print(f"leakwatch: warning: {printable(sentence)}", file=sys.stderr)


def print_tracebacks(report: BatchReport) -> None:
    """Show on stderr what the workers met."""
    for one in report.runs:
        if one.traceback:
            print(one.traceback, file=sys.stderr)


def print_verdicts(report: BatchReport, out: Path) -> None:
    """Say on stdout one line per run, where to look, and what this is not."""
    for one in report.runs:
        print(f"{name(one.run)}: {verdict(one)}")
    print(f"report: {report.page}" if report.page is not None else f"results: {out}")
    print(RESEARCH_USE)


def name(run: Run) -> str:
    """Call a run as a person would: its file, and its plane if there are two."""
    plane = "" if run.plane is Plane.SINGLE else f" (plane {run.plane.value})"
    return printable(f"{run.paths[0]}{plane}")


def verdict(one: RunReport) -> str:
    """Say in half a line what came of one run."""
    return "failed" if one.analysed is None else _verdict(one.analysed)


def _verdict(analysed: AnalysedRun) -> str:
    frames = f"{analysed.frames}"
    if analysed.frames < analysed.run.frames:
        frames = f"broke after {analysed.frames} of {analysed.run.frames}"
    count = f"{frames} frames, {analysed.undecided_frames} undecided"
    if analysed.first_alarm_frame is not None:
        leaks = len(analysed.summary.events)
        found = f"ALARM at frame {analysed.first_alarm_frame}, {analysed.first_alarm_time_s:.2f} s"
        return f"{found}, {leaks} {'leak' if leaks == 1 else 'leaks'} ({count})"
    words = {
        State.CLEAR: "no leak seen",
        State.WATCH: "no alarm, but something dark lay outside the bone at the end",
        State.NO_DECISION: "no decision",
        State.ALARM: "alarm",
    }
    return f"{words[analysed.state]} ({count})"


def summary(report: BatchReport, out: Path, exit_code: int) -> dict[str, object]:
    """Give the content of the line that ``--json`` prints."""
    return {
        "exit_code": exit_code,
        "out": str(out),
        "report": None if report.page is None else str(report.page),
        "runs": [_run(one) for one in report.runs],
        "failures": list(report.failures),
        "warnings": list(report.warnings),
        "error": None,
    }


def _run(one: RunReport) -> dict[str, object]:
    analysed = one.analysed
    return {
        "sop_instance_uid": one.run.sop_instance_uid,
        "paths": [str(path) for path in one.run.paths],
        "plane": one.run.plane.value,
        "state": None if analysed is None else analysed.state.value,
        "frames": None if analysed is None else analysed.frames,
        "first_alarm_frame": None if analysed is None else analysed.first_alarm_frame,
        "first_alarm_time_s": None if analysed is None else analysed.first_alarm_time_s,
        "leaks": None if analysed is None else len(analysed.summary.events),
        "folder": None if analysed is None else run_folder(one.run),
        "error": one.error or None,
    }
