"""One view of a case, frame by frame, each with its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.basis import Basis, Paths
from leakwatch.simulate.beam.spectrum import Beam, build_beam, transmission
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.disturbance.every import shadows_of
from leakwatch.simulate.disturbance.shadow import Shadow
from leakwatch.simulate.injection.filling import Filling
from leakwatch.simulate.machine.camera import start_camera, take
from leakwatch.simulate.machine.clock import frame_times_s
from leakwatch.simulate.motion.layers import (
    Layers,
    PictureMotion,
    build_layers,
    moved_rigidly,
    picture_motion,
    soft_paths,
)
from leakwatch.simulate.scene import Scene, build_scene
from leakwatch.simulate.truth.frame import FrameTruth, frame_truth


@dataclass(frozen=True, slots=True)
class SimulatedFrame:
    """One frame: noise-free line integrals (rows, columns), stored values, and what is true of it.

    `attenuation` is ``-ln`` of the primary beam's share of the signal: of all energies together.
    """

    index: int
    time_s: float
    attenuation: NDArray[np.float32]
    stored: NDArray[np.uint16]
    truth: FrameTruth


@dataclass(frozen=True, slots=True)
class Instant:
    """What the bone's cement is at one frame: thickness along the rays, moved with the bone, (rows, columns).

    `cement_mm` includes `leak_mm`; `clock_s` is on the case's clock; volumes are of all cement and of what
    leaked.
    """

    index: int
    time_s: float
    clock_s: float
    motion: PictureMotion
    cement_mm: NDArray[np.float32]
    leak_mm: NDArray[np.float32]
    volumes_ul: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """One plane of a case, ready to be played."""

    scene: Scene
    plane: int
    seed: int
    layers: Layers
    shadows: tuple[Shadow, ...]
    beam: Beam

    @property
    def start_s(self) -> float:
        """When frame 0 is taken, on the case's clock."""
        return self.scene.config.machine.views[self.plane].start_s

    @property
    def frame_times_s(self) -> NDArray[np.float64]:
        """(frames,) seconds from frame 0."""
        machine = self.scene.config.machine
        return frame_times_s(machine, machine.views[self.plane])

    def motion(self, time_s: float) -> PictureMotion:
        """Give the bone's motion in the picture, relative to rest, at a time on the case's clock."""
        return picture_motion(self.scene.movement.bone(time_s), self.layers)

    def frames(self) -> Iterator[SimulatedFrame]:
        """Play the run from its first frame; every call gives the same frames."""
        config, layers = self.scene.config, self.layers
        camera = start_camera(config)
        for now in self.instants():
            primary = self.primary(now.cement_mm, now.motion, now.clock_s)
            camera, stored = take(camera, primary, now.index, now.clock_s, config, self.noise(now.index))
            # What lead covers is not in the picture, and nothing there can be seen.
            seen = np.float32(1) if camera.aperture is None else camera.aperture > 0.5
            truth = frame_truth(
                now.index,
                now.time_s,
                now.cement_mm * seen,
                now.leak_mm * seen,
                moved_rigidly(layers.treated_mm, now.motion, layers),
                _since(self.motion(self.start_s), now.motion),
                now.volumes_ul,
                config.machine.pixel_mm,
            )
            yield SimulatedFrame(now.index, now.time_s, -np.log(primary), stored, truth)

    def instants(self) -> Iterator[Instant]:
        """Say where cement is at each frame; every call gives the same."""
        layers, injection = self.layers, self.scene.injection
        inside = Filling(injection.inside, layers.fine)
        leaked = Filling(injection.leaked, layers.fine, injection.embolus)
        for index, time_s in enumerate(self.frame_times_s):
            clock_s = self.start_s + float(time_s)
            motion = self.motion(clock_s)
            leak_mm = _standing_and_travelling(leaked, clock_s)
            cement_mm = inside.up_to(clock_s) + leak_mm
            yield Instant(
                index,
                float(time_s),
                clock_s,
                motion,
                moved_rigidly(cement_mm, motion, layers),
                moved_rigidly(leak_mm, motion, layers),
                (inside.volume_ul() + leaked.volume_ul(), leaked.volume_ul()),
            )

    def primary(
        self, cement_mm: NDArray[np.float32], motion: PictureMotion, clock_s: float
    ) -> NDArray[np.float32]:
        """Share of the beam that gets through the patient, with that much cement along the rays."""
        return transmission(self._paths(cement_mm, motion, clock_s), self.beam)

    def noise(self, index: int) -> np.random.Generator:
        """Give the stream that a frame's noise is drawn from, from its start."""
        return np.random.default_rng([self.seed, 2, self.plane, index])

    def treated_mm(self) -> NDArray[np.float32]:
        """Path length within the treated bone at frame 0, on the stored matrix."""
        return moved_rigidly(self.layers.treated_mm, self.motion(self.start_s), self.layers)

    def _paths(self, cement_mm: NDArray[np.float32], motion: PictureMotion, clock_s: float) -> Paths:
        """Everything along the rays; what moves with the bone has been moved for `cement_mm`."""
        paths = soft_paths(self.scene.movement, self.layers, clock_s)
        paths[Basis.BONE] += moved_rigidly(self.layers.bone_mm, motion, self.layers)
        paths[Basis.CEMENT] += cement_mm
        for shadow in self.shadows:
            seen = shadow.at(clock_s)
            if seen is not None:
                paths[shadow.basis] += seen
        return paths


def simulate(config: CaseSection, seed: int) -> tuple[SimulatedRun, ...]:
    """Make a case, ready to be played: pictures and truth together, frame by frame.

    Raises
    ------
    ValueError
        The configuration cannot be simulated; the text says why.
    """
    return prepare_runs(build_scene(config, seed), seed)


def prepare_runs(scene: Scene, seed: int) -> tuple[SimulatedRun, ...]:
    """Project a scene into each of its views.

    Raises
    ------
    ValueError
        A disturbance asks for what this anatomy does not have.
    """
    config = scene.config
    beam = build_beam(config.beam, config.cement.product)
    runs = []
    for plane, view in enumerate(config.machine.views):
        layers = build_layers(scene, view, np.random.default_rng([seed, 3, plane]))
        shadows = shadows_of(scene, layers, plane, seed)
        runs.append(SimulatedRun(scene, plane, seed, layers, shadows, beam))
    return tuple(runs)


def _standing_and_travelling(leaked: Filling, clock_s: float) -> NDArray[np.float64]:
    standing, travelling = leaked.up_to(clock_s), leaked.travelling_mm(clock_s)
    return standing if travelling is None else standing + travelling


def _since(first: PictureMotion, now: PictureMotion) -> PictureMotion:
    return PictureMotion(
        now.dx_px - first.dx_px, now.dy_px - first.dy_px, now.rotation_deg - first.rotation_deg
    )
