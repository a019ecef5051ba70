"""Undo a run's intensity chain: stored values to line integrals of attenuation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import Frame, IntensityChain, Relationship, Run, StoredFrame

BLIND_STEP = 0.25
"""Where one stored step is this much attenuation (millimetres of cement), the detector is blind."""


@dataclass(frozen=True, slots=True)
class AttenuationTable:
    """Attenuation of every value that a run can store.

    `attenuation` float32 and `valid` bool, both (2 ** bits_stored,); entry ``i`` is stored value
    ``lowest + i``.
    """

    lowest: int
    attenuation: NDArray[np.float32]
    valid: NDArray[np.bool_]


def attenuation_table(chain: IntensityChain) -> AttenuationTable:
    """Tabulate the way from stored value to attenuation.

    Attenuation is 0 at the most intensity the cell can hold and grows with material. By relationship:

    - with a way back to intensity, and for LIN: ``-ln(I / I_max)`` (Beer-Lambert);
    - otherwise, a straight line. LOG is one by definition, of unknown gain; it is scaled as if the
      stored range spanned all of ``ln(2 ** bits_stored)``. DISP and undefined terms are bent for the eye
      in an unknown way; the same line keeps their order and nothing more.

    Not valid are the two ends of the range, where a detector saturates or a shutter is painted; values
    without intensity; padding; values outside the Modality LUT; and those where one stored step moves the
    attenuation by more than `BLIND_STEP`.
    """
    lowest = -(1 << (chain.bits_stored - 1)) if chain.signed else 0
    highest = lowest + (1 << chain.bits_stored) - 1
    stored = np.arange(lowest, highest + 1, dtype=np.float64)
    if chain.to_intensity is None and chain.relationship is not Relationship.LIN:
        gain = chain.bits_stored * np.log(2.0) / len(stored)
        attenuation = (highest - stored if chain.sign > 0 else stored - lowest) * gain
        valid = np.ones(len(stored), np.bool_)
    else:
        intensity, valid = _intensity(chain, stored, highest)
        largest = float(intensity[valid].max(initial=0.0))
        valid &= intensity > 0.0
        # the floor keeps the logarithm finite; what lies on it is marked
        floor = largest / len(stored) if largest > 0 else 1.0
        attenuation = -np.log(np.maximum(intensity, floor) / (largest or 1.0))
        valid &= _step(attenuation) <= BLIND_STEP
    valid[[0, -1]] = False
    if chain.padding is not None:
        valid[(stored >= chain.padding[0]) & (stored <= chain.padding[1])] = False
    return AttenuationTable(lowest, attenuation.astype(np.float32), valid)


def to_frame(stored: StoredFrame, run: Run, table: AttenuationTable | None = None) -> Frame:
    """Turn a decoded frame into attenuation.

    Parameters
    ----------
    stored
        Values within `run.intensity.bits_stored` bits, as `dicom.frames` yields them.
    table
        That of the run's chain, for a caller who turns many frames; made for this one where not given.

    Returns
    -------
    Frame
        `attenuation` (rows, columns) float32, more material larger, in units of `attenuation_table`;
        `valid` False under the shutter and where the detector was saturated or blind.
    """
    if table is None:
        table = attenuation_table(run.intensity)
    # a lookup instead of a logarithm per pixel: 1024 x 1024 in a few milliseconds
    index = stored.pixels if table.lowest == 0 else stored.pixels.astype(np.int32) - table.lowest
    valid = table.valid[index]
    if run.shutter is not None:
        valid &= ~run.shutter
    return Frame(stored.index, stored.time_s, table.attenuation[index], valid)


def _intensity(
    chain: IntensityChain, stored: NDArray[np.float64], highest: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Intensity of each stored value, and whether it is known."""
    if chain.to_intensity is None:
        return (stored if chain.sign > 0 else highest - stored), np.ones(len(stored), np.bool_)
    first, table = chain.to_intensity
    entry = (stored - first).astype(np.int64)
    known = (entry >= 0) & (entry < len(table))
    return table[np.clip(entry, 0, len(table) - 1)], known


def _step(attenuation: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far attenuation moves to the farther of a value's two neighbours."""
    steps = np.abs(np.diff(attenuation))
    larger: NDArray[np.float64] = np.maximum(np.append(steps, 0.0), np.insert(steps, 0, 0.0))
    return larger
