"""Clicks on treated bones, held against the runs they are meant for."""

from __future__ import annotations

from collections.abc import Sequence

from leakwatch.config.imaging import PointConfig
from leakwatch.errors import UsageError
from leakwatch.nouns import Outline, Run


def check_points(
    points: Sequence[PointConfig], runs: Sequence[Run], outlines: Sequence[Sequence[Outline]]
) -> tuple[str, ...]:
    """Refuse points that fit no picture; give a sentence for each that changes nothing.

    Parameters
    ----------
    outlines
        Those that were given for each of the runs: where there are some, a point is not needed.

    Raises
    ------
    UsageError
        A point lies outside its run's picture, a run has two, or one does not say which of several runs it
        was clicked in.
    """
    said = []
    known = {run.sop_instance_uid: (run, bool(given)) for run, given in zip(runs, outlines, strict=True)}
    clicked: set[str] = set()
    for point in points:
        name = f"the point {point.x:g},{point.y:g}"
        if point.sop_instance_uid is None and len(runs) > 1:
            msg = f"{name} does not say which of {len(runs)} runs it lies in; write it as UID:X,Y"
            raise UsageError(msg)
        uid = point.sop_instance_uid or next(iter(known), "")
        if uid not in known:
            said.append(f"{name} for SOP Instance UID {uid} belongs to none of the runs")
            continue
        run, outlined = known[uid]
        if not (-0.5 <= point.x <= run.columns - 0.5 and -0.5 <= point.y <= run.rows - 0.5):
            msg = (
                f"{name} for SOP Instance UID {uid} lies outside the run's {run.rows} x {run.columns} picture"
            )
            raise UsageError(msg)
        if uid in clicked:
            msg = f"{name} is the second for SOP Instance UID {uid}; one bone is looked for, give one point"
            raise UsageError(msg)
        clicked.add(uid)
        if outlined:
            said.append(f"{name} for SOP Instance UID {uid} changes nothing: that run has an outline")
    return tuple(said)
