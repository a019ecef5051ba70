"""One frame's result: state, reason, areas and the label picture on the frame itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leakwatch.imaging import alarm, decision
from leakwatch.imaging.canvas import Pose, mask_on_frame, motion_from_pose
from leakwatch.imaging.motion import Tracking
from leakwatch.imaging.state import CoreState, Seen, drawn, is_outlined, lies_at_edge
from leakwatch.nouns import Frame, FrameResult, Reason, State

INSIDE, OUTSIDE, UNDECIDED = 1, 2, 3
"""Values of the label picture: cement inside the outline, outside it, and without an outline to tell."""


def write_row(
    state: CoreState, seen: Seen, frame: Frame, tracking: Tracking, reason: Reason, measured: bool
) -> FrameResult:
    """Say what one frame showed; `measured` frames alone have areas."""
    canvas, shape = state.canvas, (state.run.rows, state.run.columns)
    outlined = is_outlined(state)
    cement = mask_on_frame(drawn(seen), canvas, tracking.pose, shape) & tracking.found
    labels = np.zeros(shape, np.uint8)
    if outlined:
        bone = mask_on_frame(state.bone, canvas, tracking.pose, shape)
        labels[cement] = np.where(bone[cement], INSIDE, OUTSIDE)
    else:
        labels[cement] = UNDECIDED
    verdict, why = decision.decide(seen.tracks, reason, outlined, lies_at_edge(state, seen))
    return FrameResult(
        index=frame.index,
        time_s=frame.time_s,
        motion=motion_from_pose(tracking.pose, canvas, tracking.quality, state.rest)
        if tracking.found
        else None,
        cement_area_px=int(np.count_nonzero(cement)) if measured else None,
        leak_area_px=int(np.count_nonzero(labels == OUTSIDE)) if outlined and measured else None,
        state=verdict,
        reason=why,
        evidence=None if verdict is State.NO_DECISION else alarm.leading_evidence(seen.tracks),
        threshold=state.threshold if outlined else None,
        latency_ms=0.0,
        labels=labels,
        volume=seen.amounts.volume if measured and seen.amounts is not None else None,
    )


def write_blank(state: CoreState, frame: Frame, reason: Reason) -> tuple[CoreState, FrameResult]:
    """Pass over a frame that shows nothing before the first that does; motion counts from that one."""
    verdict, why = decision.decide((), reason, is_outlined(state))
    threshold = state.threshold if is_outlined(state) else None
    labels = np.zeros((state.run.rows, state.run.columns), np.uint8)
    after = replace(state, times_s=(*state.times_s, frame.time_s), poses=(*state.poses, Pose()))
    return after, FrameResult(
        frame.index, frame.time_s, None, None, None, verdict, why, None, threshold, 0.0, labels
    )
