"""Which outline belongs to which run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Run
from leakwatch.outline.raster import mask_from_polygon

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Assignment:
    """Outlines per run, in the order of the runs, and what was decided by rule.

    `said` has the sentences about each run's outlines, `warnings` these and those about outlines that
    belong to none of the runs.
    """

    per_run: tuple[tuple[Outline, ...], ...]
    warnings: tuple[str, ...]
    said: tuple[tuple[str, ...], ...] = ()


def assign_outlines(runs: Sequence[Run], outlines: Sequence[Outline]) -> Assignment:
    """Give each run the outlines that name it, in the order they were given.

    Of a bone that was drawn on several frames of a run, as its label says, the earliest drawing counts: it
    is followed from there.

    Raises
    ------
    OutlineError
        An outline was drawn on a frame its run does not have, or covers no pixel of its picture; or two of
        the same label were drawn on one frame.
    """
    per_run = []
    said = []
    for run in runs:
        mine = [outline for outline in outlines if outline.sop_instance_uid == run.sop_instance_uid]
        for outline in mine:
            _check(outline, run)
        _refuse_twins(mine)
        kept = tuple(outline for outline in mine if _is_earliest(outline, mine))
        per_run.append(kept)
        said.append(tuple(_rules(run, len(mine) - len(kept), kept)))
    warnings = (*_strangers(runs, outlines), *(sentence for one in said for sentence in one))
    return Assignment(tuple(per_run), warnings, tuple(said))


def _rules(run: Run, left_out: int, kept: Sequence[Outline]) -> Iterator[str]:
    if left_out:
        yield (
            f"{left_out} outlines for SOP Instance UID {run.sop_instance_uid} are of bones "
            "that were drawn on an earlier frame too, and are left out"
        )
    last = max((outline.frame for outline in kept), default=0)
    if last:
        # what is decided on a frame may not hang on a later one
        yield (
            f"the outline for SOP Instance UID {run.sop_instance_uid} was drawn on frame {last}: nothing is "
            "decided before it"
        )


def _strangers(runs: Sequence[Run], outlines: Sequence[Outline]) -> list[str]:
    """One sentence per file with outlines that belong to none of the runs."""
    known = {run.sop_instance_uid for run in runs}
    sentences = []
    for file in dict.fromkeys(outline.file for outline in outlines):
        uids = sorted({one.sop_instance_uid for one in outlines if one.file == file} - known)
        if not uids:
            continue
        several = len(uids) > 1
        more = f" and {len(uids) - _SHOWN} more" if len(uids) > _SHOWN else ""
        sentences.append(
            f"{file}{': ' if file else ''}the outline{'s' * several} for SOP Instance UID{'s' * several} "
            f"{', '.join(uids[:_SHOWN])}{more} belong{'' if several else 's'} to none of the runs"
        )
    return sentences


def _refuse_twins(mine: Sequence[Outline]) -> None:
    """Refuse two drawings of one bone on one frame, whoever drew them: nobody can say which is right."""
    seen: dict[tuple[str, int], Outline] = {}
    for outline in mine:
        first = seen.setdefault((_bone(outline), outline.frame), outline)
        if first is not outline and outline.label:
            files = " and ".join(dict.fromkeys(one.file for one in (first, outline) if one.file))
            msg = (
                f"{files}{': ' if files else ''}the outline {outline.label!r} for SOP Instance UID "
                f"{outline.sop_instance_uid} is drawn twice on frame {outline.frame}; give one"
            )
            raise OutlineError(msg)


def _is_earliest(outline: Outline, among: Sequence[Outline]) -> bool:
    """Whether its bone has no earlier drawing; without a label nobody can tell."""
    return not outline.label or all(
        other.frame >= outline.frame for other in among if _bone(other) == _bone(outline)
    )


def _bone(outline: Outline) -> str:
    """Tell bones by label, however it is written."""
    return outline.label.strip().casefold()


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
