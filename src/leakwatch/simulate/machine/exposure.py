"""What decides how many quanta a frame gets, and how bright it comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.detector import ExposureSection


@dataclass(frozen=True, slots=True)
class Exposure:
    """One frame's exposure: detected quanta relative to nominal, and how bright the frame comes out."""

    dose: float
    brightness: float


@dataclass(frozen=True, slots=True)
class Control:
    """State of exposure control: its factor, what it measured last, and when; `target` from frame 0."""

    factor: float = 1.0
    target: float | None = None
    measured: float = 1.0
    clock_s: float = 0.0


def exposure_at(config: ExposureSection, frame: int, time_s: float, factor: float = 1.0) -> Exposure:
    """Say what a frame gets; `time_s` on the case's clock, `factor` from automatic control.

    Settling decays over the first frames: noise `settling_noise` times as high needs its square fewer
    quanta. A step, like control, changes quanta and brightness alike.
    """
    remaining = max(0.0, 1.0 - frame / config.settling_frames) if config.settling_frames else 0.0
    noise = 1 + (config.settling_noise - 1) * remaining
    brightness = 1 + (config.settling_brightness - 1) * remaining
    stepped = config.step_time_s is not None and time_s >= config.step_time_s
    factor = factor * (config.step_factor if stepped else 1.0)
    return Exposure(factor / noise**2, factor * brightness)


def adjusted(control: Control, config: ExposureSection, clock_s: float) -> Control:
    """Answer to what was measured in the frame before, with a time constant, outside the dead band."""
    if config.control == "fixed" or control.target is None:
        return Control(control.factor, control.target, control.measured, clock_s)
    wanted = np.log(control.target / control.measured)
    factor = control.factor
    if abs(wanted) > np.log1p(config.control_dead_band):
        answered = 1 - np.exp(-(clock_s - control.clock_s) / config.control_time_s)
        limit = np.log(config.control_limit)
        factor = float(np.exp(np.clip(np.log(factor) + answered * wanted, -limit, limit)))
    return Control(factor, control.target, control.measured, clock_s)


def measured(control: Control, mean: NDArray[np.floating]) -> Control:
    """Take the signal of the measuring field, the middle third of the picture each way.

    `mean` is at nominal exposure. Settling and steps come from outside the loop: control does not answer
    to them.
    """
    rows, columns = mean.shape
    field = mean[rows // 3 : rows - rows // 3, columns // 3 : columns - columns // 3]
    value = float(field.mean()) * control.factor
    return Control(
        control.factor, value if control.target is None else control.target, value, control.clock_s
    )
