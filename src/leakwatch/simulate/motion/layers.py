"""One view of a patient as flat layers that move each in its own way.

Bone, needle and cement share a fine picture that moves rigidly; soft tissue and gas are separate
pictures that are warped smoothly. Neglected are rotation of the bone out of the picture's plane, and that
what lies nearer to the tube is shifted further: far below a pixel when a patient breathes, up to two pixels
for bone far off the isocentre when the table travels a centimetre.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry import xy_px_from_lps
from leakwatch.simulate.beam.basis import Basis, Paths, no_paths
from leakwatch.simulate.beam.chords import trunk_path_mm
from leakwatch.simulate.beam.projection import Canvas, line_integrals
from leakwatch.simulate.config.machine import ViewSection
from leakwatch.simulate.motion.movement import Movement, Pose, reach_mm
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.volume.texture import broad_noise

_MARGIN_PX = 4
# How unevenly soft tissue and gas follow a displacement, and over what length that changes.
_SOFT_SWAY, _GAS_SWAY, _SWAY_MM = 0.15, 0.25, 22.0


@dataclass(frozen=True, slots=True)
class PictureMotion:
    """Rigid motion in the picture: displacement of the bone's centre in pixels, clockwise degrees."""

    dx_px: float
    dy_px: float
    rotation_deg: float


@dataclass(frozen=True, slots=True)
class Layers:
    """The parts of one view.

    Attributes
    ----------
    fine, coarse
        Canvases of the bone's layers and of the soft ones.
    bone_mm, treated_mm
        Cortical bone along the ray, and path length within the treated bone, on `fine`.
    soft_mm, gas_mm
        Water, on `coarse`; gas is negative.
    soft_bone_mm
        Cortical bone that moves with soft tissue, on `coarse`; None where there is none.
    soft_sway, gas_sway, squeeze
        (2, rows, columns) of the stored matrix: how much of a displacement each place takes, along x
        and y, and the pattern of peristalsis.
    centre_xy_px
        Where the treated bone's centre falls at rest.
    """

    fine: Canvas
    coarse: Canvas
    bone_mm: NDArray[np.float32]
    treated_mm: NDArray[np.float32]
    soft_mm: NDArray[np.float32]
    soft_bone_mm: NDArray[np.float32] | None
    gas_mm: NDArray[np.float32]
    soft_sway: NDArray[np.float32]
    gas_sway: NDArray[np.float32]
    squeeze: NDArray[np.float32]
    centre_xy_px: NDArray[np.float64]


def build_layers(scene: Scene, view: ViewSection, rng: np.random.Generator) -> Layers:
    """Project a patient at rest into one view."""
    patient, machine = scene.patient, scene.config.machine
    carm = machine.carm(view)
    margin = _MARGIN_PX + int(np.ceil(reach_mm(scene.config.movement) / machine.pixel_mm))
    fine = Canvas(carm, machine.rows, machine.columns, margin, machine.oversampling)
    coarse = Canvas(carm, machine.rows, machine.columns, margin, 1)
    soft = line_integrals(patient.soft, coarse)
    if patient.trunk is not None:
        soft = np.asarray(soft + trunk_path_mm(patient.trunk, coarse), np.float32)
    shape = (2, machine.rows, machine.columns)
    length = (0.0, _SWAY_MM / machine.pixel_mm, _SWAY_MM / machine.pixel_mm)
    return Layers(
        fine,
        coarse,
        line_integrals(patient.bone, fine),
        line_integrals(patient.treated, fine),
        soft,
        None if patient.soft_bone is None else line_integrals(patient.soft_bone, coarse),
        line_integrals(patient.gas, coarse),
        1 + _SOFT_SWAY * broad_noise(rng, shape, length),
        1 + _GAS_SWAY * broad_noise(rng, shape, length),
        broad_noise(rng, shape, length),
        xy_px_from_lps(patient.centre_mm, carm, machine.rows, machine.columns),
    )


def picture_motion(pose: Pose, layers: Layers) -> PictureMotion:
    """Tell what a pose in space looks like in a view.

    The picture is seen from the detector, against the beam, so a right-handed turn about the beam is
    seen anticlockwise.
    """
    dx, dy = picture_shift_px(pose.shift_mm, layers)
    return PictureMotion(dx, dy, float(-(layers.fine.axes()[2] @ pose.rotation_deg)))


def picture_shift_px(shift_mm: NDArray[np.float64], layers: Layers) -> tuple[float, float]:
    """Tell how far right and down a displacement (3,) at the isocentre is seen."""
    pixel_mm = layers.fine.carm.pixel_mm
    if pixel_mm is None:
        msg = "the geometry is incomplete: no pixel size"
        raise ValueError(msg)
    right, down, _ = layers.fine.axes()
    return float(right @ shift_mm) / pixel_mm[1], float(down @ shift_mm) / pixel_mm[0]


def moved_rigidly(
    picture: NDArray[np.floating], motion: PictureMotion, layers: Layers
) -> NDArray[np.float32]:
    """Move a fine picture with the bone, and average it down to the stored matrix."""
    canvas = layers.fine
    n, margin = canvas.oversampling, canvas.margin_px
    centre = canvas.fine_from_xy_px(layers.centre_xy_px)
    angle = np.deg2rad(motion.rotation_deg)
    # Where did what is now at (x, y) come from: turn back about the moved centre. Clockwise as seen,
    # with y down, is the ordinary positive turn of (x, y).
    back = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shifted = centre + n * np.array([motion.dx_px, motion.dy_px])
    offset = centre + back @ (np.full(2, margin * n) - shifted)
    size = (canvas.columns * n, canvas.rows * n)
    moved = cv2.warpAffine(
        np.asarray(picture, np.float32),
        np.column_stack([back, offset]),
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if n > 1:
        moved = cv2.resize(moved, (canvas.columns, canvas.rows), interpolation=cv2.INTER_AREA)
    return np.asarray(moved, np.float32)


def moved_point(xy_px: NDArray[np.float64], motion: PictureMotion, layers: Layers) -> NDArray[np.float64]:
    """Where a point (2,) of the bone's rest picture lies after the same motion."""
    angle = np.deg2rad(motion.rotation_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = np.array([motion.dx_px, motion.dy_px])
    moved: NDArray[np.float64] = layers.centre_xy_px + shift + turn @ (xy_px - layers.centre_xy_px)
    return moved


def soft_paths(movement: Movement, layers: Layers, time_s: float) -> Paths:
    """Paths in soft tissue, gas and what else moves with them, at a time; on the stored matrix."""
    paths = no_paths(layers.coarse.rows, layers.coarse.columns)
    whole = movement.whole(time_s)
    with_soft = warp_of(layers, whole, movement.soft(time_s), layers.soft_sway)
    squeeze_mm = movement.peristalsis_mm(time_s)
    with_gas = warp_of(layers, whole, movement.gas(time_s), layers.gas_sway, squeeze_mm)
    paths[Basis.WATER] = warped(layers.soft_mm, with_soft) + warped(layers.gas_mm, with_gas)
    if layers.soft_bone_mm is not None:
        paths[Basis.BONE] = warped(layers.soft_bone_mm, with_soft)
    return paths


def warp_of(
    layers: Layers,
    even_mm: NDArray[np.float64],
    swaying_mm: NDArray[np.float64],
    sway: NDArray[np.float32],
    squeeze_mm: float = 0.0,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where on `coarse` what is now at each stored pixel came from: x and y, (rows, columns) each.

    `even_mm` (3,) displaces every place alike, `swaying_mm` each by its own share.
    """
    canvas = layers.coarse
    even_x, even_y = picture_shift_px(even_mm, layers)
    dx, dy = picture_shift_px(swaying_mm, layers)
    squeeze_px = squeeze_mm * layers.squeeze / _pixel_mm(canvas)
    x = np.arange(canvas.columns, dtype=np.float32)[None, :] + canvas.margin_px
    y = np.arange(canvas.rows, dtype=np.float32)[:, None] + canvas.margin_px
    return (
        np.asarray(x - even_x - dx * sway[0] - squeeze_px[0], np.float32),
        np.asarray(y - even_y - dy * sway[1] - squeeze_px[1], np.float32),
    )


def warped(
    picture: NDArray[np.float32], came_from: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Move a coarse picture, and cut it to the stored matrix."""
    moved = cv2.remap(picture, *came_from, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def _pixel_mm(canvas: Canvas) -> float:
    if canvas.carm.pixel_mm is None:
        msg = "the geometry is incomplete: no pixel size"
        raise ValueError(msg)
    return canvas.carm.pixel_mm[0]
