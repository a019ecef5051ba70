"""``result.json``: what came of a task, for the orchestrator to pass on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import State
from leakwatch.pipeline.request import BatchReport, RunReport
from leakwatch.results.json_file import write_json

SCHEMA = "leakwatch.module/1"


def write_outcome(path: Path, report: BatchReport | None, objects: Sequence[str], source: Path) -> None:
    """Write what was found, with the text that mercure sends on.

    Parameters
    ----------
    report
        None where nothing among the input was a run.
    objects
        Names of the DICOM files written beside it.
    source
        The folder that was read: files are named as they lie in it.
    """
    runs = () if report is None else report.runs
    failures = [] if report is None else [*report.failures, *(one.error for one in runs if one.error)]
    alarmed = any(one.analysed is not None and one.analysed.state is State.ALARM for one in runs)
    content = {
        "__mercure_notification": {"text": notification(runs, len(failures)), "requested": alarmed},
        "runs": [_run(one) for one in runs if one.analysed is not None],
        "failures": [_inside(sentence, source) for sentence in failures],
        "objects": sorted(objects),
    }
    write_json(path, SCHEMA, content)


def notification(runs: Sequence[RunReport], failures: int) -> str:
    """Say in a line what was found; it may travel by mail, so that it names neither patient nor run."""
    done = [one.analysed for one in runs if one.analysed is not None]
    parts = []
    if not done and not failures:
        parts.append("no fluoroscopy run to analyse")
    else:
        parts.append(f"{len(done)} {'run' if len(done) == 1 else 'runs'} analysed")
    for state, words in ((State.ALARM, "with an alarm"), (State.NO_DECISION, "without a decision")):
        count = sum(one.state is state for one in done)
        if count:
            parts.append(f"{count} {words}")
    first = [one.first_alarm_time_s for one in done if one.first_alarm_time_s is not None]
    if first:
        parts.append(f"first alarm {min(first):.1f} s into a run")
    if failures:
        parts.append(f"{failures} {'input' if failures == 1 else 'inputs'} failed")
    return f"leakwatch: {', '.join(parts)}. {RESEARCH_USE}"


def _run(one: RunReport) -> dict[str, object]:
    analysed = one.analysed
    return {
        "sop_instance_uid": one.run.sop_instance_uid,
        "plane": one.run.plane.value,
        "state": None if analysed is None else analysed.state.value,
        "frames": None if analysed is None else analysed.frames,
        "first_alarm_frame": None if analysed is None else analysed.first_alarm_frame,
        "first_alarm_time_s": None if analysed is None else analysed.first_alarm_time_s,
        "leaks": None if analysed is None else len(analysed.summary.events),
    }


def _inside(sentence: str, source: Path) -> str:
    return sentence.replace(f"{source}/", "")
