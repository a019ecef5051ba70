"""A view's picture before the cement, as the registration wants it."""

from __future__ import annotations

import numpy as np

from leakwatch.config import Config
from leakwatch.ct.register import View
from leakwatch.errors import InputError
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.imaging.field import state as field
from leakwatch.nouns import Run
from leakwatch.source.frames import open_frames

_AVERAGED_S = 0.4
"""Breathing moves bone by a tenth of a millimetre in this time, and no one injects yet."""


def picture_of(run: Run, config: Config) -> View:
    """Average the first frames of a run; what is covered is given the picture's median.

    Raises
    ------
    InputError
        Not even the first frame can be read, or the run does not say how it looked at the patient.
    """
    _check_geometry(run)
    table = attenuation_table(run.intensity)
    sight = field.start(run, table, config.imaging.field)
    total = np.zeros((run.rows, run.columns), np.float32)
    count = np.zeros_like(total)
    with open_frames(run) as frames:
        for stored in frames:
            if stored.index and stored.time_s > _AVERAGED_S:
                break
            sight, frame = field.look(sight, to_frame(stored, run, table))
            total += np.where(frame.valid, frame.attenuation, np.float32(0))
            count += frame.valid
    if not count.any():
        msg = f"{run.paths[0]}: its first frames show no picture"
        raise InputError(msg)
    mean = total / np.maximum(count, 1)
    seen = count > 0
    return View(np.where(seen, mean, np.median(mean[seen])).astype(np.float32), run.geometry)


def _check_geometry(run: Run) -> None:
    arm = run.geometry
    needed = {
        "Positioner Primary Angle": arm.primary_deg,
        "Positioner Secondary Angle": arm.secondary_deg,
        "Distance Source to Detector": arm.sid_mm,
        "Distance Source to Patient": arm.sod_mm,
        "Imager Pixel Spacing": arm.imager_spacing_mm,
    }
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        msg = f"{run.paths[0]}: does not state {', '.join(missing)}, without which no CT can be laid on it"
        raise InputError(msg)
