"""What other tools draw: named shapes on frames of runs, brought together into outlines.

Their files have no place for a site or for named regions, so that both are taken from the name: ``L3`` is a
vertebra, ``L3/canal`` the region ``canal`` of the outline ``L3`` on the same frame.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Region, Site

_SITES = (
    (Site.SACRUM, re.compile(r"\bS[1-5]\b|sacr", re.IGNORECASE)),
    (Site.ACETABULUM, re.compile(r"acetab|hip bone|pelvi", re.IGNORECASE)),
    (Site.FEMUR, re.compile(r"femur|femor", re.IGNORECASE)),
    (Site.VERTEBRA, re.compile(r"\b(C[1-7]|Th?1?\d|L[1-6])\b|vertebra", re.IGNORECASE)),
)
"""How a bone's name tells its kind; the first that fits counts."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Drawing:
    """One closed shape on one frame.

    Attributes
    ----------
    sop_instance_uid, frame
        What it was drawn on; frame 0-based.
    name
        As the file has it.
    polygon_xy_px
        (n, 2) float64, x = column, y = row, 0-based, pixel centres at integers.
    kind
        What the file says in other words that it is, as the meaning of a code; may be empty.
    site
        What a known code says that it is, None without one.
    """

    sop_instance_uid: str
    frame: int
    name: str
    polygon_xy_px: NDArray[np.float64]
    kind: str = ""
    site: Site | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a file holds: its shapes, and a sentence for everything left out or decided by rule."""

    drawings: tuple[Drawing, ...]
    warnings: tuple[str, ...] = ()


def to_outlines(drawings: Sequence[Drawing], path: Path) -> tuple[Outline, ...]:
    """Bring shapes together: bones in their order, each with the regions that bear its name.

    Raises
    ------
    OutlineError
        A shape has fewer than three points or one that is no number, two bear the same name on one frame,
        or a region's bone is missing.
    """
    seen: set[tuple[str, int, str]] = set()
    for one in drawings:
        where = (one.sop_instance_uid, one.frame, one.name)
        if len(one.polygon_xy_px) < 3 or not np.isfinite(one.polygon_xy_px).all():
            msg = f"{path}: {_named(one)} is no polygon of three points or more"
            raise OutlineError(msg)
        if one.name and where in seen:
            msg = f"{path}: {_named(one)} is drawn twice on that frame"
            raise OutlineError(msg)
        seen.add(where)
    bones = [one for one in drawings if "/" not in one.name]
    regions = [one for one in drawings if "/" in one.name]
    for one in regions:
        if (one.sop_instance_uid, one.frame, _bone(one)) not in seen:
            msg = f"{path}: {_named(one)} is a region of {_bone(one)!r}, which is not drawn there"
            raise OutlineError(msg)
    return tuple(
        Outline(
            bone.sop_instance_uid,
            bone.frame,
            bone.site or site_of(bone.kind, bone.name),
            bone.name,
            bone.polygon_xy_px,
            tuple(
                Region(one.name.partition("/")[2].strip().lower(), one.polygon_xy_px)
                for one in regions
                if (one.sop_instance_uid, one.frame, _bone(one))
                == (bone.sop_instance_uid, bone.frame, bone.name)
            ),
        )
        for bone in bones
    )


def site_of(*texts: str) -> Site:
    """Tell a bone's kind from the first text that says one; ``other`` where none does."""
    for text in texts:
        for site, pattern in _SITES:
            if pattern.search(text):
                return site
    return Site.OTHER


def _bone(region: Drawing) -> str:
    return region.name.partition("/")[0].strip()


def _named(one: Drawing) -> str:
    name = "".join(letter for letter in one.name if letter.isprintable())[:_SHOWN]
    return f"{name!r} on frame {one.frame + 1} of SOP Instance UID {one.sop_instance_uid}"
