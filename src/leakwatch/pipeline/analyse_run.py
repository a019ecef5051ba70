"""The loop over one run: each frame once, through the core, into the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from leakwatch.config import Config
from leakwatch.errors import InputError, LeakwatchError
from leakwatch.imaging import session
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.imaging.field import state as field
from leakwatch.imaging.trial import Earlier, Left
from leakwatch.nouns import AnalysedRun, Medium, Outline, Run, StoredFrame
from leakwatch.objects.moment import Moment, moment_of
from leakwatch.pipeline.overlay import Overlay
from leakwatch.pipeline.stopwatch import Stopwatch
from leakwatch.pipeline.tally import Tally
from leakwatch.results.atomic import drop_folder, finish_folder, folder_name, start_folder
from leakwatch.results.events_json import write_events
from leakwatch.results.frames_csv import FramesCsv
from leakwatch.results.labels_tiff import LabelsTiff
from leakwatch.results.run_json import write_run
from leakwatch.source.frames import open_frames


def analyse_run(
    run: Run,
    outlines: Sequence[Outline],
    config: Config,
    out: Path,
    version: str,
    progress: Callable[[int], None],
    dicom: bool = False,
    earlier: Earlier | None = None,
) -> tuple[AnalysedRun, Left]:
    """Analyse one run and write ``OUT/runs/<sop_instance_uid>``, which appears only once it is complete.

    At no time are more than a few frames in memory. A run that breaks after its first frame keeps what
    was finished: the result holds the good frames, and its `error` says where and why it broke.

    Parameters
    ----------
    outlines
        The treated bones of this run as they were given; where there is none, it is looked for.
    progress
        Called with the count of finished frames after each of them.
    dicom
        Whether DICOM objects of the results are written as well.
    earlier
        An earlier run of the same view, from which this one may go on.

    Returns
    -------
    analysed
        What was found.
    left
        What a later run of the same view can go on from.

    Raises
    ------
    InputError
        Not even the first frame could be read, or the SOP Instance UID is none.
    OSError
        The result cannot be written.
    """
    final = out / "runs" / folder_name(run.sop_instance_uid)
    folder = start_folder(final)
    try:
        moments: list[Moment] = []
        analysed, left = _write_frames(
            run, outlines, config, folder, progress, moments if dicom else None, earlier
        )
        if dicom:
            analysed = _write_objects(analysed, moments, config, folder, version)
        write_events(folder / "events.json", analysed)
        write_run(folder / "run.json", analysed, version)
        finish_folder(final)
    finally:
        drop_folder(final)
    return analysed, left


def _write_objects(
    analysed: AnalysedRun, moments: Sequence[Moment], config: Config, folder: Path, version: str
) -> AnalysedRun:
    """Write the result objects; what fails is said, and everything else stands."""
    if analysed.run.medium is Medium.VIDEO:
        said = (
            f"{analysed.run.paths[0]}: a video belongs to no study, and no DICOM objects are written for it"
        )
        return replace(
            analysed, summary=replace(analysed.summary, warnings=(*analysed.summary.warnings, said))
        )
    from leakwatch.objects.identity import identity_of
    from leakwatch.objects.write import write_objects

    identity = identity_of(analysed, config, version)
    failed = write_objects(analysed, moments, folder / "labels.tif", identity, folder / "dicom")
    return replace(analysed, error="; ".join(filter(None, (analysed.error, *failed))))


def _write_frames(
    run: Run,
    outlines: Sequence[Outline],
    config: Config,
    folder: Path,
    progress: Callable[[int], None],
    moments: list[Moment] | None,
    earlier: Earlier | None,
) -> tuple[AnalysedRun, Left]:
    watch = Stopwatch()
    tally = Tally()
    attenuation = attenuation_table(run.intensity)
    blades = None if earlier is None or earlier.left is None else earlier.left.blades
    opening = field.start(run, attenuation, config.imaging.field, blades)
    state = session.start(run, outlines, config.imaging, earlier)
    with ExitStack() as open_files:
        table = open_files.enter_context(FramesCsv(folder / "frames.csv", run))
        labels = open_files.enter_context(LabelsTiff(folder / "labels.tif", run))
        overlay = open_files.enter_context(Overlay(folder / "review", run, config.report))
        stored_frames = iter(open_files.enter_context(open_frames(run)))
        while True:
            with watch.stage("read"):
                stored, error = _next_frame(stored_frames, run, tally.frames)
            if stored is None:
                break
            begin = perf_counter()
            with watch.stage("attenuation"):
                frame = to_frame(stored, run, attenuation)
            with watch.stage("field"):
                opening, frame = field.look(opening, frame)
            with watch.stage("core"):
                state, result = session.step(state, frame)
            result = replace(result, latency_ms=(perf_counter() - begin) * 1000.0)
            with watch.stage("write"):
                table.add(result)
                labels.add(result.labels)
            with watch.stage("review"):
                places = overlay.add(stored, result, session.outlines_of(state))
            if moments is not None:
                moments.append(moment_of(result, run, places))
            tally.add(result)
            progress(tally.frames)
    if tally.frames == 0:
        raise InputError(error)
    summary = session.finish(state)
    analysed = AnalysedRun(
        run=run,
        outlines=session.outlines_of(state),
        summary=replace(summary, stage_seconds=watch.seconds | summary.stage_seconds),
        frames=tally.frames,
        state=tally.state,
        first_alarm_frame=tally.first_alarm_frame,
        first_alarm_time_s=tally.first_alarm_time_s,
        undecided_frames=tally.undecided_frames,
        field=field.finish(opening),
        error=error,
        states=tuple(tally.states),
    )
    return analysed, Left(session.leave(state), opening.followed)


def _next_frame(frames: Iterator[StoredFrame], run: Run, done: int) -> tuple[StoredFrame | None, str]:
    """Take the next frame; or None with why there is none: empty at the run's end, else a sentence."""
    try:
        stored = next(frames, None)
    except LeakwatchError as error:
        return None, f"{error}; {done} {'frame' if done == 1 else 'frames'} before it are good"
    # A decoder met with arbitrary bytes raises whatever it likes.
    except Exception as error:
        kind = error.__class__.__name__
        return None, f"{run.paths[0]}: frame {done} of {run.frames} cannot be decoded ({kind}: {error})"
    if stored is None and done < run.frames:
        return None, f"{run.paths[0]}: ends after {done} of {run.frames} frames"
    return stored, ""
