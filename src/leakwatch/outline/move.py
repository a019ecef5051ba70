"""Carry an outline along with the bone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import Motion

AT_REST = Motion(0.0, 0.0, 0.0, 1.0)


def move_polygon(
    polygon_xy_px: NDArray[np.float64],
    motion: Motion,
    *,
    drawn: Motion = AT_REST,
    centre_xy_px: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Where a polygon lies now.

    The polygon turns about `centre_xy_px` by the rotation since it was drawn, then shifts by the
    displacement since it was drawn.

    Parameters
    ----------
    polygon_xy_px
        (n, 2), x = column, y = row (down), on the frame it was drawn on.
    motion
        Of the bone now, relative to frame 0: + right, + down, + clockwise as seen.
    drawn
        Of the bone on the frame the polygon was drawn on; at rest for frame 0.
    centre_xy_px
        (2,) pivot on the frame of drawing; None takes the mean of the polygon's vertices. Regions turn
        about the centre of the outline they belong to.

    Returns
    -------
    NDArray[np.float64]
        (n, 2), on the present frame.
    """
    centre = polygon_xy_px.mean(axis=0) if centre_xy_px is None else centre_xy_px
    # y points down, so the textbook's anticlockwise matrix turns clockwise as seen.
    angle_rad = np.deg2rad(motion.rotation_deg - drawn.rotation_deg)
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    turn = np.array([[cos, -sin], [sin, cos]])
    shift = np.array([motion.dx_px - drawn.dx_px, motion.dy_px - drawn.dy_px])
    moved: NDArray[np.float64] = (polygon_xy_px - centre) @ turn.T + centre + shift
    return moved


def pivot_on(drawn: Motion, motion: Motion) -> NDArray[np.float64] | None:
    """Find the point about which all bones of a run turn, on the frame of drawing; None if unstated."""
    if motion.pivot_xy_px is None:
        return None
    pivot: NDArray[np.float64] = np.add(motion.pivot_xy_px, (drawn.dx_px, drawn.dy_px))
    return pivot
