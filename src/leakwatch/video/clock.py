"""When each picture of a video was shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.video.packets import Packets

_SHORTEST_S, _LONGEST_S = 0.001, 60.0
"""No fluoroscopy runs at 1000 frames/s, none waits a minute per frame: such stamps have another meaning."""


def read_times(
    packets: Packets, first: int, end: int, frames_per_s: float | None
) -> tuple[NDArray[np.float64], str]:
    """Return times of pictures `first` to `end`, seconds from the first of them, and what was done.

    Rule: `frames_per_s` of the user, evenly; else the presentation stamps of the container, with every
    gap and change of rate they have; else, where stamps are missing, repeat or cannot be, the container's
    rate, evenly.

    Raises
    ------
    ValueError
        There is none of the three.
    """
    count = end - first
    if frames_per_s is not None:
        return _even(count, frames_per_s), (
            f"frames are taken to be evenly {frames_per_s:g} per second apart, as video.frames_per_s says; "
            "the container's time stamps were not used"
        )
    doubt = "these are the export's, which may differ from those of the X-ray pulses"
    if packets.stamps is not None and packets.tick_s > 0:
        stamps = packets.stamps[first:end]
        times = (stamps - stamps[0]).astype(np.float64) * packets.tick_s
        step_s = float(np.median(np.diff(times))) if count > 1 else _SHORTEST_S
        if _SHORTEST_S <= step_s <= _LONGEST_S and np.all(np.diff(times) > 0):
            rate = f", usually {1.0 / step_s:.4g} frames/s" if count > 1 else ""
            return times, f"frame times are the container's time stamps{rate}; {doubt}"
    if _SHORTEST_S <= 1.0 / max(packets.rate, 1e-9) <= _LONGEST_S:
        return _even(count, packets.rate), (
            f"the container's time stamps are missing, repeat or cannot be; its rate of {packets.rate:.4g} "
            f"frames/s is used; {doubt}"
        )
    msg = "it states no usable frame times and no rate; give one with --frame-rate"
    raise ValueError(msg)


def _even(count: int, rate: float) -> NDArray[np.float64]:
    return np.arange(count, dtype=np.float64) / rate
