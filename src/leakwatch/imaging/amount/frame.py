"""The core's step that measures a judged frame's cement."""

from __future__ import annotations

from dataclasses import replace

from leakwatch.imaging.amount.keep import Amounts, measure_frame
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.state import CoreState, Seen, drawn, is_outlined


def with_amounts(state: CoreState, seen: Seen, index: int) -> Seen:
    """Measure the cement now drawn; nothing is done where the run gives no volumes."""
    if isinstance(state.gauge, str):
        return seen
    return replace(seen, amounts=amounts_of(state, seen, drawn(seen), index))


def amounts_of(state: CoreState, seen: Seen, cement: Mask, index: int) -> Amounts | None:
    """Measure a mask of cement, (rows, columns) of the canvas, on the frame judged last; None without one."""
    if isinstance(state.gauge, str) or seen.shown is None:
        return None
    open_ = seen.shown.open_
    return measure_frame(
        seen.amounts,
        index,
        seen.reference.mean,
        seen.memory,
        cement,
        open_ & ~seen.metal & ~seen.intruders.mask,
        open_,
        state.outside_px if is_outlined(state) else None,
        seen.tracks,
        state.gauge,
        state.canvas,
        state.config.leak.outline_error_mm,
    )
