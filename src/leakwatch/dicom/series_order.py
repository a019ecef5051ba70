"""The order of single-frame files in a run, by the rule in `series`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np

from leakwatch.dicom.member import Member
from leakwatch.dicom.values import named

_FEW = 0.1
"""Share of frames that may repeat a time before times are taken for coarse, and none of them for repeats."""
ORDERS: tuple[tuple[str, Callable[[Member], Any]], ...] = (
    ("AcquisitionTime", lambda one: one.acquired),
    ("InstanceNumber", lambda one: one.instance),
    ("ContentTime", lambda one: one.content),
    ("FrameReferenceTime", lambda one: one.reference_ms),
    ("TriggerTime", lambda one: one.trigger_ms),
)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Frames in order, `by` the keyword that ordered them (empty: file names); `warnings`, a sentence each.

    `copies` are files left out, each with the file that it repeats.
    """

    frames: tuple[Member, ...]
    by: str
    copies: tuple[tuple[Member, Member], ...]
    warnings: tuple[str, ...]


def order_frames(members: Sequence[Member]) -> Ordered:
    """Leave out copies, and put the others in order."""
    frames, copies, warnings = _without_copies(members)
    by, key = next(
        ((keyword, key) for keyword, key in ORDERS if _distinct([key(one) for one in frames])),
        ("", lambda one: str(one.path)),
    )
    frames.sort(key=key)
    if not by:
        warnings.append("no time and no number puts the pictures in order; they are taken by file name")
    warnings += _steps_back(frames, by) + _missing(frames)
    return Ordered(tuple(frames), by, tuple(copies), tuple(warnings))


def _without_copies(
    members: Sequence[Member],
) -> tuple[list[Member], list[tuple[Member, Member]], list[str]]:
    first: dict[str, Member] = {}
    same_uid, same_time = [], []
    for one in members:
        # a file without a UID is told of when the run is read; it is no copy of another such
        kept = first.setdefault(one.sop_instance_uid or str(one.path), one)
        if kept is not one:
            same_uid.append((one, kept))
    frames: list[Member] = []
    seen: dict[object, Member] = {}
    fine = _few_repeats([_stamp(one) for one in first.values()])
    for one in first.values():
        stamp = _stamp(one)
        kept = one if stamp is None else seen.setdefault(stamp if fine else (stamp, one.instance), one)
        if kept is one or (not fine and one.instance is None):
            frames.append(one)
        else:
            same_time.append((one, kept))
    warnings = [
        f"{len(copies)} files repeat the {what} of another and were left out"
        for copies, what in ((same_uid, named("SOPInstanceUID")), (same_time, "time"))
        if copies
    ]
    return frames, same_uid + same_time, warnings


def _stamp(one: Member) -> datetime | None:
    return one.acquired or one.content


def _few_repeats(stamps: Sequence[datetime | None]) -> bool:
    known = [stamp for stamp in stamps if stamp is not None]
    return len(known) - len(set(known)) <= _FEW * len(known)


def _distinct(values: Sequence[object]) -> bool:
    return None not in values and len(set(values)) == len(values)


def _steps_back(frames: Sequence[Member], by: str) -> list[str]:
    """Say where another order contradicts the one followed."""
    said = []
    for keyword, key in ORDERS[:3]:
        values = [key(one) for one in frames]
        if keyword == by or None in values:
            continue
        back = sum(later < earlier for earlier, later in pairwise(values))
        if back:
            followed = named(by) if by else "the file name"
            said.append(
                f"{named(keyword)} steps back {back} times in the order of {followed}, which is followed"
            )
    return said


def _missing(frames: Sequence[Member]) -> list[str]:
    positions = place_in_series(frames)
    if positions is None or positions[-1] == len(frames) - 1:
        return []
    steps = np.diff(positions)
    after = frames[int(np.argmax(steps > 1))].instance
    return [
        f"{positions[-1] + 1 - len(frames)} pictures are missing: {named('InstanceNumber')} has "
        f"{int((steps > 1).sum())} gaps, the first after {after}"
    ]


def place_in_series(frames: Sequence[Member]) -> list[int] | None:
    """Return where each frame stands if pictures missing by Instance Number are counted; None if unknown.

    Numbers may go up in steps of more than one, where two planes take turns; the usual step counts as one,
    and half of all steps must be usual.
    """
    numbers = [one.instance for one in frames if one.instance is not None]
    steps = np.diff(numbers)
    if len(numbers) < max(2, len(frames)) or (steps <= 0).any():
        return None
    usual, times = Counter(steps.tolist()).most_common(1)[0]
    if 2 * times < len(steps) or (steps % usual).any():
        return None
    return [0, *(np.cumsum(steps) // usual).tolist()]
