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
    return Assignment(
        per_run=tuple(
            tuple(outline for outline in outlines if outline.sop_instance_uid == run.sop_instance_uid)
            for run in runs
        ),
        warnings=tuple(
            f"the outline for SOP Instance UID {uid} belongs to none of the runs" for uid in strangers
        ),
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
