"""Volumes of a whole run, once its last frame has been seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leakwatch.imaging.amount.gauge import NO_PRODUCT
from leakwatch.imaging.amount.keep import Amounts, share_of
from leakwatch.imaging.state import CoreState
from leakwatch.imaging.tracks import Track, in_order_of_alarm
from leakwatch.nouns import LeakEvent, RunVolume

_NO_OUTLINE = "without an outline it is not known what lies outside the bone"


def run_volume(amounts: Amounts | None, state: CoreState) -> RunVolume:
    """Give the volumes as last measured, or why there are none."""
    if isinstance(state.gauge, str):
        return RunVolume(reason=state.gauge)
    if amounts is None:
        return RunVolume(reason="no frame was judged")
    whole, leak = amounts.volume.cement, amounts.volume.leak
    if leak is None:
        return RunVolume(whole, frame=amounts.frame, reason=_NO_OUTLINE)
    share = share_of(leak, whole)
    return RunVolume(whole, leak, share, amounts.frame, "" if share else "no cement was believed at the end")


def volume_warning(state: CoreState) -> str:
    """Give the sentence owed where volumes were asked for and cannot be told; else empty."""
    if isinstance(state.gauge, str) and state.gauge != NO_PRODUCT:
        return f"no volume: {state.gauge}"
    return ""


def with_peaks(
    events: Sequence[LeakEvent], tracks: Sequence[Track], amounts: Amounts | None
) -> tuple[LeakEvent, ...]:
    """Give leaks the largest volume each had; `tracks` are those by which the events are numbered."""
    if amounts is None:
        return tuple(events)
    numbered = in_order_of_alarm(tracks)
    peaks = {peak.track: peak for peak in amounts.peaks}
    return tuple(
        event
        if (peak := peaks.get(numbered[event.id].id)) is None
        else replace(event, peak_volume=peak.volume, peak_share=peak.share)
        for event in events
    )
