"""Blades over time: believed at once on the first frame, later when seen twice, and held while they show."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from leakwatch.config.imaging import FieldConfig
from leakwatch.imaging.field.blades import (
    Blades,
    View,
    covered_by,
    find_blades,
    still_round,
    still_there,
    view_small,
)
from leakwatch.imaging.field.circles import Circle
from leakwatch.imaging.field.lines import Line
from leakwatch.imaging.field.scan import SIDES, Grid, make_small
from leakwatch.imaging.filters import Image, Mask

_SAME_PX = 0.75  # small pixels: an edge that moved no further is where it was, and the mask stays as it is
_HELD_FRAMES = 3
_THOROUGH_EVERY = 8  # frames: corners and circles are looked for that often; moving blades are straight
_CHANGE_SHARE = 0.5  # of a blade's least step: a smaller change moves no blade
_CHANGED_LENGTH = 0.2  # of the picture's side, so much of the border or of the edges must change
_BAND_PX = 4


@dataclass(frozen=True, slots=True)
class Followed:
    """Blades that are believed, and what was seen of each lately.

    Attributes
    ----------
    pending
        Edges found on the last frame where none is believed yet, one per side; `pending_circle` likewise.
    missed
        Frames since each side's edge was seen, the circle's at the end.
    frames
        Frames looked at.
    searched
        The small picture that was last searched for edges.
    band
        Small pixels near the border and near the edges: where a blade that moves shows.
    """

    blades: Blades = field(default_factory=Blades)
    pending: tuple[Line | None, ...] = (None,) * SIDES
    pending_circle: Circle | None = None
    missed: tuple[int, ...] = (0,) * (SIDES + 1)
    frames: int = 0
    searched: Image | None = None
    band: Mask | None = None


def follow_blades(state: Followed, attenuation: Image, grid: Grid, config: FieldConfig) -> Followed:
    """Look for blades on the next frame.

    An edge that is known and seen again keeps its place unless it moved. One that is not seen is kept while
    it still shows weakly, and for a few frames more. Where border and edges have hardly changed since the
    picture was last searched, no blade has moved, and it is not searched again.
    """
    small, noise = make_small(attenuation, grid)
    if _is_unchanged(state, small, config):
        return replace(state, frames=state.frames + 1)
    known = state.blades
    new_corner = any(
        now is not None and old is None for now, old in zip(state.pending[4:], known.lines[4:], strict=True)
    )
    new_circle = state.pending_circle is not None and known.circle is None
    thorough = state.frames % _THOROUGH_EVERY == 0 or new_corner or new_circle or any(state.missed)
    view = view_small(small, noise, grid, config, thorough)
    found = find_blades(view, grid, known)
    if not thorough:
        found = replace(found, lines=(*found.lines[:4], *known.lines[4:]))
    first = state.frames == 0
    lines: list[Line | None] = []
    missed = list(state.missed)
    for side in range(SIDES):
        if side >= 4 and not thorough:
            lines.append(known.lines[side])
            continue
        line, missed[side] = _next_line(side, found, state, view, grid, first)
        lines.append(line)
    circle, missed[SIDES] = _next_circle(found.circle, state, view, first)
    blades = Blades(tuple(lines), circle)
    band = _band(blades, grid) if state.band is None or blades != known else state.band
    return Followed(blades, found.lines, found.circle, tuple(missed), state.frames + 1, small, band)


def _band(blades: Blades, grid: Grid) -> Mask:
    covered = covered_by(blades, replace(grid, factor=1), grid.shape, None).astype(np.uint8)
    side = np.ones((2 * _BAND_PX + 1, 2 * _BAND_PX + 1), np.uint8)
    edges = cv2.dilate(covered, side) > cv2.erode(covered, side)
    edges[:_BAND_PX] = edges[-_BAND_PX:] = True
    edges[:, :_BAND_PX] = edges[:, -_BAND_PX:] = True
    return np.asarray(edges, np.bool_)


def _is_unchanged(state: Followed, small: Image, config: FieldConfig) -> bool:
    if state.searched is None or state.band is None:
        return False
    if state.frames % _THOROUGH_EVERY == 0 or any(state.missed) or _is_waiting(state):
        return False
    changed = np.abs(small - state.searched)[state.band] > _CHANGE_SHARE * config.least_step
    return bool(np.count_nonzero(changed) < _CHANGED_LENGTH * min(small.shape))


def _is_waiting(state: Followed) -> bool:
    """Whether an edge was seen once where none is believed."""
    new = [
        now is not None and old is None for now, old in zip(state.pending, state.blades.lines, strict=True)
    ]
    return any(new) or (state.pending_circle is not None and state.blades.circle is None)


def _next_line(
    side: int, found: Blades, state: Followed, view: View, grid: Grid, first: bool
) -> tuple[Line | None, int]:
    now, before = found.lines[side], state.blades.lines[side]
    if now is not None and before is not None:
        return (before if _is_same(now, before) else now), 0
    if now is not None:
        return (now if first or state.pending[side] is not None else None), 0
    if before is None:
        return None, 0
    if still_there(before, state.blades, view, grid):
        return before, 0
    missed = state.missed[side] + 1
    return (before if missed <= _HELD_FRAMES else None), missed


def _next_circle(now: Circle | None, state: Followed, view: View, first: bool) -> tuple[Circle | None, int]:
    before = state.blades.circle
    if now is not None and before is not None:
        moved = max(abs(now.x - before.x), abs(now.y - before.y), abs(now.radius - before.radius))
        return (before if moved <= _SAME_PX else now), 0
    if now is not None:
        return (now if first or state.pending_circle is not None else None), 0
    if before is None:
        return None, 0
    if still_round(before, view):
        return before, 0
    missed = state.missed[SIDES] + 1
    return (before if missed <= _HELD_FRAMES else None), missed


def _is_same(now: Line, before: Line) -> bool:
    turned = abs(now.slope - before.slope) * now.middle
    return abs(now.at - before.at) + 0.5 * turned <= _SAME_PX
