"""Blades of one frame: straight and round edges that together leave one opening."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import FieldConfig
from leakwatch.imaging.field.circles import (
    Circle,
    arc_points,
    falls_along,
    is_featureless_around,
    refined,
    vote_circle,
)
from leakwatch.imaging.field.falls import Falls, find_falls
from leakwatch.imaging.field.lines import Line, is_featureless, supported, vote_line
from leakwatch.imaging.field.scan import SIDES, Grid, Side, frame_from_side, make_small, sides_of
from leakwatch.imaging.filters import Image, Mask

_NOISE_STEPS = 6.0
_SPREAD_SHARE = 0.3
_FIRST_SHARE, _FIRST_CORNER_SHARE = 0.3, 0.06  # of the scan lines, before other edges are known
_SURE, _KEPT = 0.7, 0.4  # share of the visible edge: to believe it, and to go on believing
_DEEPEST, _DEEPEST_CORNER = 0.6, 0.3  # of the picture's width that one blade may cover
_INSIDE_PX = 1.5  # an edge is in sight where the others leave it so much room
_SHORTEST_PX, _SHORTEST_SHARE, _SHORTEST_ARC = 8, 0.15, 24
_ROUND_SHARE, _ROUND_ARC = 0.8, 60  # of the arc in sight, a third of a circle or more: no patient is so round


@dataclass(frozen=True, slots=True)
class Blades:
    """Edges found, at most one per side; small pixels (`scan.Grid`)."""

    lines: tuple[Line | None, ...] = (None,) * SIDES
    circle: Circle | None = None

    @property
    def any(self) -> bool:
        """Whether there is an edge at all."""
        return self.circle is not None or any(line is not None for line in self.lines)


@dataclass(frozen=True, slots=True)
class View:
    """One frame made ready: the small picture, its sides, their falls, and the least fall that counts."""

    small: Image
    noise: float
    sides: tuple[Side, ...]
    falls: tuple[Falls, ...]
    least: float


def view_frame(attenuation: Image, grid: Grid, config: FieldConfig) -> View:
    """Look at a frame from all sides."""
    small, noise = make_small(attenuation, grid)
    return view_small(small, noise, grid, config, True)


def view_small(small: Image, noise: float, grid: Grid, config: FieldConfig, corners: bool) -> View:
    """Look at the small picture from the four sides; from the corners, and for circles, if `corners`."""
    # the lighter part of the picture counts most, since blades are dense
    low, middle, high = np.percentile(small[::2, ::2], [5, 40, 95])
    least = max(
        _NOISE_STEPS * noise,
        min(config.least_step, max(float(middle - low), _SPREAD_SHARE * float(high - low))),
    )
    sides = tuple(sides_of(small, grid, corners))
    falls = tuple(find_falls(side.depth, side.begins, side.ends, least) for side in sides)
    return View(small, noise, sides, falls, least)


def find_blades(view: View, grid: Grid, known: Blades) -> Blades:
    """Find the edges of one frame; an edge of `known` that is still there needs less to be believed."""
    lines: list[Line | None] = []
    for side, falls in zip(view.sides, view.falls, strict=True):
        corner = side.number >= 4
        share = _FIRST_CORNER_SHARE if corner else _FIRST_SHARE
        fewest = max(_SHORTEST_PX, int(share * len(side.depth)))
        lines.append(vote_line(side, falls, fewest))
    lines += [None] * (SIDES - len(lines))
    points = [
        _small_points(side.number, falls, grid)
        for side, falls in zip(view.sides[:4], view.falls, strict=False)
    ]
    circle = vote_circle(np.concatenate(points), grid.shape) if len(view.sides) == SIDES else known.circle
    blades = Blades(tuple(lines), circle)
    for _ in range(2):
        before = blades
        blades = replace(blades, circle=_judged_circle(blades, view, grid, known))
        kept = [_judged_line(line, blades, view, grid, known) for line in blades.lines]
        blades = replace(blades, lines=tuple(kept))
        # judged again only where an edge that hid a part of another has gone
        if blades.lines == before.lines and (blades.circle is None) == (before.circle is None):
            break
    return blades if _open_share(blades, grid) > 0.05 else Blades()


def still_there(line: Line, blades: Blades, view: View, grid: Grid) -> bool:
    """Whether an edge known from earlier frames still shows, if weakly, where it was."""
    relevant = _in_sight(line, blades, view.sides[line.side], grid)
    side, falls = view.sides[line.side], view.falls[line.side]
    return supported(line, side, falls, relevant, view.least) >= _KEPT


def still_round(circle: Circle, view: View) -> bool:
    """Whether the circle known from earlier frames still shows, if weakly."""
    seen = _in_picture(arc_points(circle), view.small.shape)
    return bool(seen.any()) and float(falls_along(circle, view.small, view.least)[seen].mean()) >= _KEPT


def covered_by(blades: Blades, grid: Grid, shape: tuple[int, int], margin_px: float | None) -> Mask:
    """Draw what the blades cover: blurred edges and `margin_px` frame pixels more; with None, neither.

    Returns
    -------
    (rows, columns) bool, True where covered.
    """
    covered = np.zeros(shape, np.bool_)
    y, x = np.ogrid[: shape[0], : shape[1]]
    blur, margin_px = (0.0, 0.0) if margin_px is None else (float(grid.factor), margin_px)
    for line in blades.lines:
        if line is not None:
            normal, offset = _half_plane(line, grid)
            offset += line.blur * blur + margin_px
            covered |= normal[0] * x + normal[1] * y < offset
    if blades.circle is not None:
        circle = blades.circle
        cx, cy = ((value + 0.5) * grid.factor - 0.5 for value in (circle.x, circle.y))
        radius = circle.radius * grid.factor - circle.blur * blur - margin_px
        covered |= (x - cx) ** 2 + (y - cy) ** 2 > max(radius, 0.0) ** 2
    return covered


def _half_plane(line: Line, grid: Grid) -> tuple[NDArray[np.float64], float]:
    """Give normal n and offset c of the open side, in frame pixels: ``n . (x, y) > c``."""
    ends = np.array([0.0, 2 * line.middle])
    edge = np.column_stack([ends, line.steps(ends)])
    inwards = np.array([[ends[0], edge[0, 1] + 1.0]])
    points = frame_from_side(line.side, np.vstack([edge, inwards]), grid)
    along = points[1] - points[0]
    normal = np.array([-along[1], along[0]]) / float(np.hypot(*along))
    if normal @ (points[2] - points[0]) < 0:
        normal = -normal
    return normal, float(normal @ points[0])


def _judged_line(line: Line | None, blades: Blades, view: View, grid: Grid, known: Blades) -> Line | None:
    if line is None:
        return None
    side, falls = view.sides[line.side], view.falls[line.side]
    relevant = _in_sight(line, blades, side, grid)
    shortest = _SHORTEST_PX if side.number >= 4 else _SHORTEST_SHARE * len(relevant)
    if np.count_nonzero(relevant) < shortest:
        return None
    deepest = (_DEEPEST_CORNER if side.number >= 4 else _DEEPEST) * side.depth.shape[1]
    if line.at - float(side.begins.min()) > deepest:
        return None
    if supported(line, side, falls, relevant, view.least) < _SURE:
        return None
    if known.lines[line.side] is None and not is_featureless(line, side, falls, relevant, view.noise):
        return None
    return line


def _judged_circle(blades: Blades, view: View, grid: Grid, known: Blades) -> Circle | None:
    circle = blades.circle
    if circle is None:
        return None
    points = arc_points(circle)
    falls = falls_along(circle, view.small, view.least)
    seen = _in_picture(points, grid.shape)
    # the corners that a round field leaves are too small to tell structure from the slope of scatter
    if np.count_nonzero(seen) >= _ROUND_ARC and float(falls[seen].mean()) >= _ROUND_SHARE:
        return refined(circle, view.small, seen)
    for line in blades.lines:
        if line is not None and line.side < 4:
            seen &= _room(line, points, grid) > _INSIDE_PX
    if np.count_nonzero(seen) < _SHORTEST_ARC:
        return None
    if float(falls[seen].mean()) < _SURE:
        return None
    if known.circle is None and not is_featureless_around(circle, view.small, seen, view.noise):
        return None
    return refined(circle, view.small, seen)


def _in_picture(points: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Say which points (n, 2), x and y in small pixels, lie in the picture and not at its border."""
    x, y = points.T
    return np.asarray((x > 1) & (x < shape[1] - 2) & (y > 1) & (y < shape[0] - 2), np.bool_)


def _in_sight(line: Line, blades: Blades, side: Side, grid: Grid) -> NDArray[np.bool_]:
    """Which scan lines meet the edge within the picture and within what the other edges leave open."""
    rows = np.arange(len(side.depth), dtype=np.float64)
    steps = line.steps(rows)
    seen = (steps > side.begins) & (steps < side.ends - 1)
    points = (frame_from_side(side.number, np.column_stack([rows, steps]), grid) + 0.5) / grid.factor - 0.5
    for other in blades.lines:
        if other is not None and other.side != line.side and (other.side < 4 or line.side >= 4):
            seen &= _room(other, points, grid) > _INSIDE_PX
    if blades.circle is not None:
        circle = blades.circle
        seen &= np.hypot(*(points - [circle.x, circle.y]).T) < circle.radius - _INSIDE_PX
    return np.asarray(seen, np.bool_)


def _room(line: Line, points: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """How far inside the opening of one edge points lie, small pixels."""
    normal, offset = _half_plane(line, grid)
    frame = (points + 0.5) * grid.factor - 0.5
    return np.asarray((frame @ normal - offset) / grid.factor, np.float64)


def _small_points(number: int, falls: Falls, grid: Grid) -> NDArray[np.float64]:
    rows = np.flatnonzero(np.isfinite(falls.place))
    frame = frame_from_side(number, np.column_stack([rows, falls.place[rows]]), grid)
    return (frame + 0.5) / grid.factor - 0.5


def _open_share(blades: Blades, grid: Grid) -> float:
    return 1 - float(covered_by(blades, replace(grid, factor=1), grid.shape, 0.0).mean())
