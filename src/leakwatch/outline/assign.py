"""Which outline belongs to which run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Run
from leakwatch.outline.raster import mask_from_polygon


@dataclass(frozen=True, slots=True)
class Assignment:
    """Outlines per run, in the order of the runs, and a sentence for each that found none."""

    per_run: tuple[tuple[Outline, ...], ...]
    warnings: tuple[str, ...]


def assign_outlines(runs: Sequence[Run], outlines: Sequence[Outline]) -> Assignment:
    """Give each run the outlines that name it, in the order they were given.

    Of a bone that was drawn on several frames of a run, as its label says, the earliest drawing counts: it
    is followed from there.

    Raises
    ------
    OutlineError
        An outline was drawn on a frame its run does not have, or covers no pixel of its picture.
    """
    known = {run.sop_instance_uid for run in runs}
    strangers = sorted({outline.sop_instance_uid for outline in outlines} - known)
    for run in runs:
        for outline in outlines:
            if outline.sop_instance_uid == run.sop_instance_uid:
                _check(outline, run)
    per_run = []
    warnings = [f"the outline for SOP Instance UID {uid} belongs to none of the runs" for uid in strangers]
    for run in runs:
        mine = [outline for outline in outlines if outline.sop_instance_uid == run.sop_instance_uid]
        kept = tuple(outline for outline in mine if _is_earliest(outline, mine))
        per_run.append(kept)
        if len(kept) < len(mine):
            warnings.append(
                f"{len(mine) - len(kept)} outlines for SOP Instance UID {run.sop_instance_uid} are of bones "
                "that were drawn on an earlier frame too, and are left out"
            )
    return Assignment(tuple(per_run), tuple(warnings))


def _is_earliest(outline: Outline, among: Sequence[Outline]) -> bool:
    """Whether its bone has no earlier drawing; without a label nobody can tell."""
    return not outline.label or all(
        other.frame >= outline.frame for other in among if other.label == outline.label
    )


def _check(outline: Outline, run: Run) -> None:
    name = f"the outline {outline.label!r} for SOP Instance UID {run.sop_instance_uid}"
    if outline.frame >= run.frames:
        msg = f"{name} was drawn on frame {outline.frame}, but the run has {run.frames} frames from 0"
        raise OutlineError(msg)
    size_px = max(run.rows, run.columns)
    if np.abs(outline.polygon_xy_px - np.array([run.columns, run.rows]) / 2).max() > 1.5 * size_px:
        msg = f"{name} reaches far outside the run's {run.rows} x {run.columns} picture"
        raise OutlineError(msg)
    if not mask_from_polygon(outline.polygon_xy_px, (run.rows, run.columns)).any():
        msg = f"{name} covers no pixel of the run's {run.rows} x {run.columns} picture"
        raise OutlineError(msg)
