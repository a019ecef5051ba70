"""A simulated run as the quanta its detector counted, and their means with and without the leak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.machine.camera import expected, next_exposure, start_camera, take
from leakwatch.simulate.machine.detector import detected
from leakwatch.simulate.motion.layers import moved_rigidly
from leakwatch.simulate.run import SimulatedRun
from leakwatch.simulate.truth.frame import SILHOUETTE_MM

Picture = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quanta:
    """One frame; all pictures (rows, columns), in detected quanta.

    Attributes
    ----------
    without, with_leak
        Mean of what is counted, without the leak's cement and with it; everything else is the same.
    counted
        What was counted in this very run.
    outside
        True beyond the treated bone's silhouette.

    Notes
    -----
    The variance of the electronics is added to all three: quanta plus Gaussian noise of variance v, shifted
    by v, have mean and variance alike and count as Poisson (the shifted Poisson model of Snyder, Hammoud and
    White, J Opt Soc Am A 1993;10:1014).
    """

    index: int
    without: Picture
    with_leak: Picture
    counted: Picture
    outside: NDArray[np.bool_]


def quanta_of(run: SimulatedRun) -> Iterator[Quanta]:
    """Play a run and give each frame's quanta, before lag, filters and storing.

    What the machine does later (lag, recursive filter, unsharp mask, brightness) is a map that a causal
    observer can undo, so no likelihood is lost in it; what rounding to stored values loses is not counted.
    Exposure is that of the run as it went, in both means: that control answers to a leak is no evidence here.
    """
    config, layers = run.scene.config, run.layers
    detector = config.detector
    camera = start_camera(config)
    for now in run.instants():
        primary = run.primary(now.cement_mm, now.motion, now.clock_s)
        _, exposure = next_exposure(camera, now.index, now.clock_s, config)
        camera, _ = take(camera, primary, now.index, now.clock_s, config, run.noise(now.index))
        if camera.nominal is None:
            msg = "a camera that has taken a frame knows its nominal intensity"
            raise RuntimeError(msg)
        quanta = detector.photons_per_pixel * exposure.dose
        mean = expected(primary, camera.nominal, camera.aperture, config)
        signal = detected(mean, exposure, detector, run.noise(now.index))
        if now.leak_mm.any():
            bare = run.primary(now.cement_mm - now.leak_mm, now.motion, now.clock_s)
            without = expected(bare, camera.nominal, camera.aperture, config)
        else:
            without = mean
        shift = float(detector.electronic_noise_photons**2)
        yield Quanta(
            now.index,
            np.asarray(without * quanta + shift, np.float64),
            np.asarray(mean * quanta + shift, np.float64),
            np.asarray(signal * (quanta / exposure.brightness) + shift, np.float64),
            moved_rigidly(layers.treated_mm, now.motion, layers) <= SILHOUETTE_MM,
        )
