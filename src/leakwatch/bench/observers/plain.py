"""What users have today, on the same frames: plain subtraction, MOG2 and KNN."""

from __future__ import annotations

from collections.abc import Sequence

from leakwatch.bench.observers.mixture import Mixture, knn, mog2
from leakwatch.bench.observers.outlined import bone_of
from leakwatch.bench.observers.subtraction import Subtraction
from leakwatch.bench.observers.trace import Trace, first_alarm
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.nouns import Outline, Run
from leakwatch.source.frames import open_frames

LEARN_S, LEARN_FRAMES = 1.0, 5
"""So long, and at least so many frames, a picture without cement is learned and nothing is said."""
ALARM_MM2 = 3.0
ALARM_FRAMES = 2
OBSERVERS = ("subtraction", "mog2", "knn")


def watch(run: Run, outlines: Sequence[Outline]) -> tuple[Trace, ...]:
    """Watch a run with each of `OBSERVERS`, in one pass over its frames.

    The statistic is the area outside the drawn bone that was found to have changed, in mm². An alarm is 3 mm²
    of it in two frames in a row. Without an outline or a pixel size nothing can be said: all NaN.

    Raises
    ------
    InputError
        A frame cannot be decoded.
    """
    bone = bone_of(run, outlines)
    if bone is None:
        unknown = (float("nan"),) * run.frames
        return tuple(Trace(name, run.sop_instance_uid, unknown, None) for name in OBSERVERS)
    table = attenuation_table(run.intensity)
    watchers: tuple[Subtraction | Mixture, ...] = (
        Subtraction(run, bone),
        mog2(run, bone),
        knn(run, bone),
    )
    areas_mm2: list[list[float]] = [[] for _ in watchers]
    with open_frames(run) as frames:
        for stored in frames:
            frame = to_frame(stored, run, table)
            learning = frame.time_s < LEARN_S or frame.index < LEARN_FRAMES
            for watcher, areas in zip(watchers, areas_mm2, strict=True):
                areas.append(watcher.area_mm2(frame, learning))
    return tuple(
        Trace(name, run.sop_instance_uid, tuple(areas), first_alarm(areas, ALARM_MM2, ALARM_FRAMES))
        for name, areas in zip(OBSERVERS, areas_mm2, strict=True)
    )
