"""One view of a scene as flat layers that move each in its own way.

Bone, needle and cement share a fine picture that moves rigidly; soft tissue and gas are separate
pictures that are warped smoothly. Two things are neglected, both far below a pixel here: rotation of
the bone out of the picture's plane, and the change of magnification when something moves along the beam.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.geometry import xy_px_from_lps
from leakwatch.simulate.anatomy.trunk import trunk_path_mm
from leakwatch.simulate.beam.materials import attenuation_per_mm
from leakwatch.simulate.beam.projection import Canvas, line_integrals
from leakwatch.simulate.config.machine import ViewSection
from leakwatch.simulate.injection.needle import needle_attenuation
from leakwatch.simulate.motion.movement import Pose
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.volume.texture import smooth_noise

_BONE_MARGIN_PX = 12
_SOFT_MARGIN_PX = 20


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
    rigid
        Attenuation of bone and needle, on `fine`.
    body_chord_mm
        Path length within the treated body, on `fine`.
    soft, gas
        Attenuation, on `coarse`.
    soft_sway, gas_sway, squeeze
        (2, rows, columns) of the stored matrix: how much of a displacement each place takes, along x
        and y, and the pattern of peristalsis.
    centre_xy_px
        Where the treated body's centre falls at rest.
    """

    fine: Canvas
    coarse: Canvas
    rigid: NDArray[np.float32]
    body_chord_mm: NDArray[np.float32]
    soft: NDArray[np.float32]
    gas: NDArray[np.float32]
    soft_sway: NDArray[np.float32]
    gas_sway: NDArray[np.float32]
    squeeze: NDArray[np.float32]
    centre_xy_px: NDArray[np.float64]


def build_layers(scene: Scene, view: ViewSection, rng: np.random.Generator) -> Layers:
    """Project a scene at rest into one view."""
    config, machine = scene.config, scene.config.machine
    carm = machine.carm(view)
    fine = Canvas(carm, machine.rows, machine.columns, _BONE_MARGIN_PX, machine.oversampling)
    coarse = Canvas(carm, machine.rows, machine.columns, _SOFT_MARGIN_PX, 1)
    needle = needle_attenuation(scene.needle, config.cement.product, config.effective_kev, fine)
    water = attenuation_per_mm("water", config.effective_kev)
    shape = (2, machine.rows, machine.columns)
    length = (0.0, 22.0 / machine.pixel_mm, 22.0 / machine.pixel_mm)
    return Layers(
        fine,
        coarse,
        np.asarray(line_integrals(scene.spine.contrast, fine) + needle, np.float32),
        line_integrals(scene.spine.body, fine),
        np.asarray(
            water * trunk_path_mm(config.anatomy, coarse) + line_integrals(scene.tissue, coarse), np.float32
        ),
        line_integrals(scene.gas, coarse),
        1 + 0.15 * smooth_noise(rng, shape, length),
        1 + 0.25 * smooth_noise(rng, shape, length),
        smooth_noise(rng, shape, length),
        xy_px_from_lps(config.anatomy.centre_mm, carm, machine.rows, machine.columns),
    )


def picture_motion(pose: Pose, layers: Layers) -> PictureMotion:
    """Tell what a pose in space looks like in a view.

    The picture is seen from the detector, against the beam, so a right-handed turn about the beam is
    seen anticlockwise.
    """
    pixel_mm = layers.fine.carm.pixel_mm
    if pixel_mm is None:
        msg = "the geometry is incomplete: no pixel size"
        raise ValueError(msg)
    right, down, beam = layers.fine.axes()
    return PictureMotion(
        float(right @ pose.shift_mm) / pixel_mm[1],
        float(down @ pose.shift_mm) / pixel_mm[0],
        float(-(beam @ pose.rotation_deg)),
    )


def moved_rigidly(
    picture: NDArray[np.floating], motion: PictureMotion, layers: Layers
) -> NDArray[np.float32]:
    """Move a fine picture with the bone, and average it down to the stored matrix."""
    canvas = layers.fine
    n, margin = canvas.oversampling, canvas.margin_px
    x, y = canvas.fine_from_xy_px(layers.centre_xy_px)
    angle = np.deg2rad(motion.rotation_deg)
    # Where did what is now at (row, column) come from: turn back about the moved centre. Clockwise
    # as seen, with y down, is the ordinary positive turn of (x, y).
    back = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.array([y, x])
    shifted = centre + n * np.array([motion.dy_px, motion.dx_px])
    start = np.full(2, margin * n)
    offset = centre + back @ (start - shifted)
    shape = (canvas.rows * n, canvas.columns * n)
    moved = ndimage.affine_transform(
        np.asarray(picture, np.float32), back, offset, output_shape=shape, order=1, mode="nearest"
    )
    blocks = moved.reshape(canvas.rows, n, canvas.columns, n)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def moved_point(xy_px: NDArray[np.float64], motion: PictureMotion, layers: Layers) -> NDArray[np.float64]:
    """Where a point (2,) of the bone's rest picture lies after the same motion."""
    angle = np.deg2rad(motion.rotation_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shift = np.array([motion.dx_px, motion.dy_px])
    moved: NDArray[np.float64] = layers.centre_xy_px + shift + turn @ (xy_px - layers.centre_xy_px)
    return moved


def moved_softly(scene: Scene, layers: Layers, time_s: float) -> NDArray[np.float32]:
    """Attenuation of soft tissue and gas at a time, on the stored matrix."""
    pixel_mm = scene.config.machine.pixel_mm
    right, down, _ = layers.coarse.axes()
    y, x = np.indices((layers.coarse.rows, layers.coarse.columns), dtype=np.float32) + layers.coarse.margin_px

    def warped(
        picture: NDArray[np.float32], shift_mm: NDArray[np.float64], sway: NDArray[np.float32], own_mm: float
    ) -> NDArray[np.float32]:
        dx = (float(right @ shift_mm) * sway[0] + own_mm * layers.squeeze[0]) / pixel_mm
        dy = (float(down @ shift_mm) * sway[1] + own_mm * layers.squeeze[1]) / pixel_mm
        return np.asarray(
            ndimage.map_coordinates(picture, [y - dy, x - dx], order=1, mode="nearest"), np.float32
        )

    movement = scene.movement
    soft = warped(layers.soft, movement.soft(time_s), layers.soft_sway, 0.0)
    return soft + warped(layers.gas, movement.gas(time_s), layers.gas_sway, movement.peristalsis_mm(time_s))
