"""All that a machine does to the beam behind the patient, frame after frame, up to the stored value."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.machine.chain import stored_values
from leakwatch.simulate.machine.collimator import aperture
from leakwatch.simulate.machine.detector import Lag, detected, mean_intensity, with_lag
from leakwatch.simulate.machine.exposure import Control, Exposure, adjusted, exposure_at, measured
from leakwatch.simulate.machine.processing import printed, recursive, sharpened


@dataclass(frozen=True, slots=True)
class CameraState:
    """What the machine carries from frame to frame.

    Attributes
    ----------
    aperture
        (rows, columns) share of the beam that the lead lets through; None without lead.
    nominal
        Primary beam that counts as 1: the median within the aperture in frame 0; None before it.
    """

    aperture: NDArray[np.float32] | None
    control: Control
    nominal: float | None = None
    lag: Lag | None = None
    shown: NDArray[np.float32] | None = None


def start_camera(config: CaseSection) -> CameraState:
    """Give a machine that has taken no frame yet."""
    return CameraState(aperture(config.collimator, config.machine), Control())


def take(
    state: CameraState,
    primary: NDArray[np.float32],
    index: int,
    clock_s: float,
    config: CaseSection,
    rng: np.random.Generator,
) -> tuple[CameraState, NDArray[np.uint16]]:
    """Take a frame.

    Parameters
    ----------
    primary
        (rows, columns) share of the beam that gets through the patient.
    clock_s
        On the case's clock.

    Returns
    -------
    state, stored
        What the next frame needs, and stored values (rows, columns).
    """
    nominal = _nominal(primary, state.aperture) if state.nominal is None else state.nominal
    mean = expected(primary, nominal, state.aperture, config)
    control, exposure = next_exposure(state, index, clock_s, config)
    reading, lag = with_lag(detected(mean, exposure, config.detector, rng), state.lag, config.detector)
    shown = recursive(reading, state.shown, config.processing)
    stored = stored_values(sharpened(shown, config.processing).astype(np.float64), config.chain)
    after = replace(
        state,
        nominal=nominal,
        control=measured(control, mean),
        lag=lag,
        shown=shown,
    )
    return after, printed(stored, config.processing, _white(config))


def expected(
    primary: NDArray[np.float32], nominal: float, aperture: NDArray[np.float32] | None, config: CaseSection
) -> NDArray[np.float32]:
    """Relative intensity at the detector without noise, (rows, columns), where `nominal` counts as 1."""
    relative = primary / np.float32(nominal)
    if aperture is not None:
        relative = relative * aperture
    return mean_intensity(relative, config.detector, config.machine.pixel_mm)


def next_exposure(
    state: CameraState, index: int, clock_s: float, config: CaseSection
) -> tuple[Control, Exposure]:
    """Say what exposure control has come to by a frame, and what that frame gets."""
    control = adjusted(state.control, config.exposure, clock_s)
    return control, exposure_at(config.exposure, index, clock_s, control.factor)


def _nominal(primary: NDArray[np.float32], through: NDArray[np.float32] | None) -> float:
    return float(np.median(primary if through is None else primary[through > 0.5]))


def _white(config: CaseSection) -> int:
    """Give the stored value that is shown brightest."""
    return 0 if config.chain.photometric == "MONOCHROME1" else 2**config.chain.bits_stored - 1
