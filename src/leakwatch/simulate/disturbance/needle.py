"""The needle in a view: it goes with the bone, slides along its axis, and is filled or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry import xy_px_from_lps
from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.disturbance.shadow import Shadow
from leakwatch.simulate.injection.needle import along, needle_paths
from leakwatch.simulate.motion.layers import Layers, PictureMotion, moved_rigidly, picture_motion
from leakwatch.simulate.motion.movement import smooth_step
from leakwatch.simulate.scene import Scene

_STYLET_TRAVEL_MM = 125.0
_FILLING_S = 0.6
"""Cement needs this long down the empty tube, and is at the tip when the injection starts."""


def needle_shadows(scene: Scene, layers: Layers) -> tuple[Shadow, ...]:
    """Tube and hub, what fills the tube, and the stylet."""
    config = scene.config
    paths = needle_paths(scene.patient.approach, layers.fine)
    from_hub = _share_from_hub(scene, layers)

    def seen(picture: NDArray[np.float32], time_s: float, slid_mm: float) -> NDArray[np.float32]:
        motion = picture_motion(scene.movement.bone(time_s), layers)
        return moved_rigidly(picture, _slid(motion, slid_mm, scene, layers), layers)

    def tube(time_s: float) -> NDArray[np.float32]:
        return seen(paths.steel_mm, time_s, slide_mm(config, time_s))

    def filling(time_s: float) -> NDArray[np.float32] | None:
        share = _filled_share(config, time_s)
        if share <= 0:
            return None
        picture = paths.lumen_mm if share >= 1 else np.where(from_hub <= share, paths.lumen_mm, np.float32(0))
        return seen(picture, time_s, slide_mm(config, time_s))

    def stylet(time_s: float) -> NDArray[np.float32] | None:
        section = config.disturbance.stylet
        if section is None or time_s >= section.out_s + section.duration_s:
            return None
        out = smooth_step((time_s - section.out_s) / section.duration_s)
        return seen(paths.lumen_mm, time_s, slide_mm(config, time_s) + out * _STYLET_TRAVEL_MM)

    return Shadow(Basis.STEEL, tube), Shadow(Basis.CEMENT, filling), Shadow(Basis.STEEL, stylet)


def slide_mm(config: CaseSection, time_s: float) -> float:
    """How far the needle has been drawn back along its axis."""
    section = config.disturbance.needle_move
    if section is None:
        return 0.0
    return section.back_mm * smooth_step((time_s - section.start_s) / section.duration_s)


def _filled_share(config: CaseSection, time_s: float) -> float:
    """How much of the tube, from the hub, holds cement: all of it unless something else was there first."""
    if config.disturbance.stylet is None and config.disturbance.venogram is None:
        return 1.0
    return (time_s - config.cement.start_s) / _FILLING_S + 1.0


def _share_from_hub(scene: Scene, layers: Layers) -> NDArray[np.float32]:
    """Place along the needle, 0 at the hub and 1 at the tip, of every fine pixel; 0 if seen end on."""
    machine, canvas = scene.config.machine, layers.fine
    approach = scene.patient.approach
    ends = np.stack([approach.hub_mm, approach.tip_mm])
    hub, tip = canvas.fine_from_xy_px(xy_px_from_lps(ends, canvas.carm, machine.rows, machine.columns))
    line = tip - hub
    length = float(line @ line)
    rows, columns = canvas.shape
    if length < 1.0:
        return np.zeros((rows, columns), np.float32)
    y, x = np.arange(rows)[:, None], np.arange(columns)[None, :]
    return np.asarray(((x - hub[0]) * line[0] + (y - hub[1]) * line[1]) / length, np.float32)


def _slid(motion: PictureMotion, slid_mm: float, scene: Scene, layers: Layers) -> PictureMotion:
    """Add what sliding along the needle's axis looks like at its tip."""
    if slid_mm == 0.0:
        return motion
    machine, approach = scene.config.machine, scene.patient.approach
    tip = np.asarray(approach.tip_mm)
    ends = np.stack([tip, tip + slid_mm * along(approach)])
    before, after = xy_px_from_lps(ends, layers.fine.carm, machine.rows, machine.columns)
    dx, dy = after - before
    return PictureMotion(motion.dx_px + float(dx), motion.dy_px + float(dy), motion.rotation_deg)
