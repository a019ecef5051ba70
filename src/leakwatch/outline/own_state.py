"""Presentation states that leakwatch wrote itself: bones in one layer, leaks in another, on every frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydicom import Dataset

from leakwatch.dicom.values import text_in
from leakwatch.errors import OutlineError
from leakwatch.outline.drawing import Drawing

LEAKS = "LEAK"
"""Their layer of what was found: no bone, however closed its lines are."""


def is_own(dataset: Dataset) -> bool:
    """Whether it says that leakwatch wrote it."""
    by, label = text_in(dataset, "Manufacturer"), text_in(dataset, "ContentLabel")
    return (by, label) == ("leakwatch", "LEAKWATCH")


def number_bones(drawings: Sequence[Drawing], path: Path) -> list[Drawing]:
    """Tell several bones of a run apart by their order, which is the same on each of its frames.

    Raises
    ------
    OutlineError
        A frame shows more bones than another: which of them it is that joined, nobody can tell.
    """
    per_frame = Counter((one.sop_instance_uid, one.frame) for one in drawings)
    seen: Counter[tuple[str, int]] = Counter()
    named = []
    for one in drawings:
        where = (one.sop_instance_uid, one.frame)
        counts = {count for (uid, _), count in per_frame.items() if uid == one.sop_instance_uid}
        if len(counts) > 1:
            msg = (
                f"{path}: shows {min(counts)} outlines on some frames and {max(counts)} on others of SOP "
                f"Instance UID {one.sop_instance_uid}, without names; give the outlines it was made with"
            )
            raise OutlineError(msg)
        seen[where] += 1
        named.append(replace(one, name=f"{one.name} {seen[where]}") if per_frame[where] > 1 else one)
    return named
