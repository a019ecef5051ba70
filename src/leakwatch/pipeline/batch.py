"""All inputs of one call: planned, worked through, brought together, written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from leakwatch.config import Config
from leakwatch.errors import NothingToAnalyse, UsageError
from leakwatch.nouns import Run
from leakwatch.pipeline.messages import Failed, Finished, Follows, Job, Progress
from leakwatch.pipeline.outlines import OutlinedRuns, outline_runs
from leakwatch.pipeline.plan import Plan, make_plan
from leakwatch.pipeline.points import check_points
from leakwatch.pipeline.request import BatchReport, Request, RunReport, Watcher
from leakwatch.pipeline.runner import run_jobs
from leakwatch.pipeline.stopwatch import Stopwatch
from leakwatch.results.atomic import drop_folder
from leakwatch.results.cases_json import write_cases
from leakwatch.results.index_csv import IndexRow, run_folder, write_index
from leakwatch.results.manifest_json import InputRecord, Manifest, Outcome, write_manifest
from leakwatch.views.again import find_returns
from leakwatch.views.case import Case
from leakwatch.views.merge import merge_cases


def analyse_batch(request: Request, watcher: Watcher) -> BatchReport:
    """Analyse every run among the inputs and write OUT.

    An input that fails leaves the others untouched. Nothing is written before outlines and inputs have
    been checked.

    Raises
    ------
    UsageError
        A path does not exist, an outline or a point is refused, or OUT cannot be made.
    NothingToAnalyse
        No input is a fluoroscopy run, and none failed.
    """
    start = datetime.now(UTC)
    stopwatch = Stopwatch()
    with stopwatch.stage("plan"):
        plan = make_plan(request.paths, request.config)
        outlined = outline_runs(request.outlines, plan)
        idle = check_points(request.config.imaging.bone.points, outlined.runs, outlined.per_run)
    if not plan.runs and not plan.failures:
        msg = f"{', '.join(map(str, request.paths))}: no fluoroscopy run to analyse"
        raise NothingToAnalyse(msg)
    _make_out(request.out)
    at_once = min(request.jobs or os.cpu_count() or 1, max(len(plan.runs), 1))
    jobs = _jobs(outlined, request)
    watcher.planned(outlined.runs)
    with stopwatch.stage("analyse"):
        reports = _work_through(jobs, at_once, watcher)
    analysed = [report.analysed for report in reports if report.analysed is not None]
    with stopwatch.stage("views"):
        cases = merge_cases(analysed, request.config.views)
    write_cases(request.out / "cases.json", cases, request.version, _operating_point(request.config))
    write_index(request.out / "index.csv", _index(plan, reports, cases))
    with stopwatch.stage("report"):
        page, page_failure = _write_page(request, worthwhile=bool(analysed))
    apart = (scene.warning for case in cases for scene in case.scenes if scene.warning)
    warnings = (*plan.warnings, *outlined.warnings, *idle, *_lost_resets(request.config, plan), *apart)
    write_manifest(
        request.out / "manifest.json",
        Manifest(
            version=request.version,
            config=request.config,
            start=start,
            seconds=stopwatch.seconds,
            inputs=(*plan.records, *(_record(report) for report in reports)),
            ignored=plan.ignored,
            outlines=outlined.files,
            warnings=warnings,
            jobs=at_once,
        ),
    )
    return BatchReport(tuple(reports), (*plan.failures, *page_failure), warnings, page)


def _jobs(outlined: OutlinedRuns, request: Request) -> list[Job]:
    """One job for each run; one that goes on from an earlier run of its view says so."""
    place = {run.sop_instance_uid: number for number, run in enumerate(outlined.runs)}
    follows = {
        one.after.sop_instance_uid: Follows(
            place[one.before.sop_instance_uid], one.before.sop_instance_uid, one.after_start_s, one.pause_s
        )
        for one in find_returns(outlined.runs, request.config.views)
    }
    leaving = {one.job for one in follows.values()}
    return [
        Job(
            run,
            mine,
            request.config,
            request.out,
            request.version,
            request.dicom,
            leaves=number in leaving,
            follows=follows.get(run.sop_instance_uid),
        )
        for number, (run, mine) in enumerate(zip(outlined.runs, outlined.per_run, strict=True))
    ]


def _write_page(request: Request, *, worthwhile: bool) -> tuple[Path | None, tuple[str, ...]]:
    """Write the review page; a page that fails takes none of the results with it."""
    if not (worthwhile and request.config.report.enabled):
        # A page left from an earlier call would show other results than the tables beside it.
        (request.out / "report.html").unlink(missing_ok=True)
        return None, ()
    from leakwatch.review.report import write_report

    try:
        return write_report(request.out, request.version), ()
    except OSError as error:
        return None, (f"{request.out / 'report.html'}: cannot be written ({error.strerror or error})",)


def _lost_resets(config: Config, plan: Plan) -> list[str]:
    known = {run.sop_instance_uid for run in plan.runs}
    named = {one.sop_instance_uid for one in config.imaging.alarm.resets if one.sop_instance_uid is not None}
    return [
        f"the reset for SOP Instance UID {uid} belongs to none of the runs" for uid in sorted(named - known)
    ]


def _operating_point(config: Config) -> dict[str, object]:
    return config.imaging.model_dump(mode="json", include={"bone", "cement", "leak", "alarm"})


def _make_out(out: Path) -> None:
    try:
        (out / "runs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{out}: cannot be made a folder for results ({error.strerror or error})"
        raise UsageError(msg) from error


def _work_through(jobs: Sequence[Job], at_once: int, watcher: Watcher) -> list[RunReport]:
    reports: dict[int, RunReport] = {}
    max_memory_gb = jobs[0].config.batch.max_memory_gb if jobs else None
    try:
        with closing(run_jobs(jobs, at_once, max_memory_gb)) as messages:
            for number, message in messages:
                if isinstance(message, Progress):
                    watcher.advanced(number, message.frames)
                else:
                    reports[number] = _report(jobs[number].run, message)
                    watcher.ended(number, reports[number])
    finally:
        # A worker that was killed could not tidy up after itself.
        for job in jobs:
            drop_folder(job.out / run_folder(job.run))
    return [reports[number] for number in range(len(jobs))]


def _report(run: Run, message: Finished | Failed) -> RunReport:
    if isinstance(message, Finished):
        return RunReport(run, message.analysed, message.analysed.error)
    return RunReport(run, None, message.sentence, message.traceback)


def _index(plan: Plan, reports: Sequence[RunReport], cases: Sequence[Case]) -> list[IndexRow]:
    partner = {
        one.sop_instance_uid: other.sop_instance_uid
        for case in cases
        for pair in case.pairs
        for one, other in ((pair.a, pair.b), (pair.b, pair.a))
    }
    rows = [
        IndexRow(report.run, report.analysed, partner.get(report.run.sop_instance_uid, ""), report.error)
        for report in reports
    ]
    return rows + [IndexRow(None, None, error=sentence) for sentence in plan.failures]


def _record(report: RunReport) -> InputRecord:
    return InputRecord(
        paths=report.run.paths,
        sop_instance_uid=report.run.sop_instance_uid,
        outcome=Outcome.FAILED if report.error else Outcome.ANALYSED,
        sentence=report.error,
        seconds=report.analysed.summary.stage_seconds if report.analysed is not None else {},
    )
