"""One view of a case, frame by frame, each with its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.materials import attenuation_per_mm
from leakwatch.simulate.beam.projection import deposit
from leakwatch.simulate.injection.spread import Spread
from leakwatch.simulate.machine.chain import stored_values
from leakwatch.simulate.machine.detector import detected, exposure_at, mean_intensity, with_lag
from leakwatch.simulate.motion.layers import (
    Layers,
    PictureMotion,
    build_layers,
    moved_rigidly,
    moved_softly,
    picture_motion,
)
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.truth.frame import FrameTruth, frame_truth


@dataclass(frozen=True, slots=True)
class SimulatedFrame:
    """One frame: noise-free line integrals (rows, columns), stored values, and what is true of it."""

    index: int
    time_s: float
    attenuation: NDArray[np.float32]
    stored: NDArray[np.uint16]
    truth: FrameTruth


@dataclass(slots=True)
class _Filling:
    """Thickness of one spread on a view's fine canvas, added to as it fills."""

    spread: Spread
    layers: Layers
    thickness_mm: NDArray[np.float64]
    done: int = 0

    def up_to(self, time_s: float) -> NDArray[np.float64]:
        now = self.spread.filled(time_s)
        if now > self.done:
            part = slice(self.done, now)
            self.thickness_mm += deposit(
                self.spread.points_mm[part],
                self.spread.volumes_ul[part],
                self.spread.edge_mm,
                self.layers.fine,
            )
            self.done = now
        return self.thickness_mm

    @property
    def volume_ul(self) -> float:
        return float(self.spread.volumes_ul[: self.done].sum())


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """One plane of a case, ready to be played."""

    scene: Scene
    plane: int
    seed: int
    layers: Layers

    @property
    def start_s(self) -> float:
        """When frame 0 is taken, on the case's clock."""
        return self.scene.config.machine.views[self.plane].start_s

    def motion(self, time_s: float) -> PictureMotion:
        """Give the bone's motion in the picture, relative to rest, at a time on the case's clock."""
        return picture_motion(self.scene.movement.bone(time_s), self.layers)

    def frames(self) -> Iterator[SimulatedFrame]:
        """Play the run from its first frame; every call gives the same frames."""
        config, scene, layers = self.scene.config, self.scene, self.layers
        machine, detector = config.machine, config.detector
        water = attenuation_per_mm("water", config.effective_kev)
        contrast = attenuation_per_mm(config.cement.product, config.effective_kev) - water
        inside = _Filling(scene.injection.inside, layers, np.zeros(layers.fine.shape))
        leaked = _Filling(scene.injection.leaked, layers, np.zeros(layers.fine.shape))
        first = self.motion(self.start_s)
        reference: float | None = None
        signal: NDArray[np.float64] | None = None
        for index in range(machine.frames):
            time_s = index / machine.frames_per_s
            clock_s = self.start_s + time_s
            motion = self.motion(clock_s)
            leak_mm = leaked.up_to(clock_s)
            cement_mm = inside.up_to(clock_s) + leak_mm
            rigid = layers.rigid + contrast * cement_mm
            attenuation = moved_rigidly(rigid, motion, layers) + moved_softly(scene, layers, clock_s)
            if reference is None:
                reference = float(np.median(attenuation))
            rng = np.random.default_rng([self.seed, 2, self.plane, index])
            mean = mean_intensity(attenuation, reference, detector, machine.pixel_mm)
            reading = detected(mean, exposure_at(config.exposure, index, clock_s), detector, rng)
            signal = with_lag(reading, signal, detector.lag)
            truth = frame_truth(
                index,
                time_s,
                moved_rigidly(cement_mm, motion, layers),
                moved_rigidly(leak_mm, motion, layers),
                moved_rigidly(layers.body_chord_mm, motion, layers),
                _since(first, motion),
                (inside.volume_ul + leaked.volume_ul, leaked.volume_ul),
                machine.pixel_mm,
            )
            yield SimulatedFrame(index, time_s, attenuation, stored_values(signal, config.chain), truth)

    def body_chord_mm(self) -> NDArray[np.float32]:
        """Path length within the treated body at frame 0, on the stored matrix."""
        return moved_rigidly(self.layers.body_chord_mm, self.motion(self.start_s), self.layers)


def prepare_runs(scene: Scene, seed: int) -> tuple[SimulatedRun, ...]:
    """Project a scene into each of its views."""
    views = scene.config.machine.views
    return tuple(
        SimulatedRun(scene, plane, seed, build_layers(scene, view, np.random.default_rng([seed, 3, plane])))
        for plane, view in enumerate(views)
    )


def _since(first: PictureMotion, now: PictureMotion) -> PictureMotion:
    return PictureMotion(
        now.dx_px - first.dx_px, now.dy_px - first.dy_px, now.rotation_deg - first.rotation_deg
    )
