"""From the detector's signal to stored values, and the Modality LUT that leads back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import Relationship
from leakwatch.simulate.config.chain import ChainSection

_LUT_TOP = 65535
# Below this a 16-bit table entry is too coarse to mean anything.
_LUT_FLOOR = 64


def stored_values(signal: NDArray[np.float64], config: ChainSection) -> NDArray[np.uint16]:
    """Turn relative signal, 1 at median attenuation, into stored values; saturates at both ends."""
    top = 2**config.bits_stored - 1
    share = np.clip(signal / config.white_level, 1e-9, 1.0)
    if config.relationship is Relationship.LOG:
        value = top + config.lsb_per_neper * np.log(share)
    elif config.relationship is Relationship.DISP:
        value = top * share**config.display_gamma
    else:
        value = top * share
    value = np.clip(np.rint(value), 0, top)
    return np.asarray(value if config.sign > 0 else top - value, np.uint16)


def modality_lut(config: ChainSection) -> tuple[int, NDArray[np.uint16]] | None:
    """First mapped stored value and table back to linear intensity; None for LIN, which needs none.

    The table holds the values a 16-bit entry can tell apart; stored values beyond its ends take the
    entry at that end, as the standard says.
    """
    if config.relationship not in (Relationship.LOG, Relationship.DISP):
        return None
    top = 2**config.bits_stored - 1
    stored = np.arange(top + 1, dtype=np.float64)
    rising = stored if config.sign > 0 else top - stored
    if config.relationship is Relationship.LOG:
        share = np.exp((rising - top) / config.lsb_per_neper)
    else:
        share = (rising / top) ** (1 / config.display_gamma)
    entries = np.rint(_LUT_TOP * share)
    kept = np.flatnonzero(entries >= _LUT_FLOOR)
    first, last = int(kept[0]), int(kept[-1])
    return first, np.asarray(entries[first : last + 1], np.uint16)
