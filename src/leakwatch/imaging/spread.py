"""From one frame's evidence to cement, to leaks that are followed, and to how far each is believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leakwatch.imaging import alarm, limits
from leakwatch.imaging.acknowledge import name_renewed, without_hardened
from leakwatch.imaging.canvas import Canvas, Pose
from leakwatch.imaging.cement import (
    keep_components,
    levels_agreed,
    levels_alone,
    segment_by_odds,
    segment_cement,
)
from leakwatch.imaging.credence import log_odds
from leakwatch.imaging.drawing import draw
from leakwatch.imaging.drift import follow_drifts
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import Image, Mask
from leakwatch.imaging.leak import find_pools, find_spreads, without_filling
from leakwatch.imaging.network.network import cement_log_odds
from leakwatch.imaging.network.planes import Looked
from leakwatch.imaging.network.trend import advance
from leakwatch.imaging.pools import believe_pools, believed
from leakwatch.imaging.state import CoreState, Seen, is_outlined
from leakwatch.imaging.tracks import Track, follow
from leakwatch.imaging.traits import Surroundings, measure, survey, with_bolus
from leakwatch.nouns import Frame, Reason


def find_cement(
    state: CoreState,
    seen: Seen,
    evidence: Evidence,
    open_: Mask,
    frame: Frame,
    pose: Pose,
    elapsed_s: float,
    reason: Reason,
) -> Seen:
    """Segment cement, decide what of it is believed, and draw that."""
    canvas, config, bone = state.canvas, state.config, state.bone
    judged_s = 0.0 if seen.judged_from_s is None else frame.time_s - seen.judged_from_s
    seen = replace(seen, trend=advance(seen.trend, evidence.contrast, elapsed_s, judged_s))
    odds = _look(state, seen, evidence, open_, judged_s)
    if odds is not None and config.cement.network == "decides":
        known = seen.believed & bone
        cement = segment_by_odds(
            odds, evidence.z, seen.cement, known, seen.metal, open_, canvas, config.cement
        )
        weighed = odds
    else:
        levels = alone = levels_alone(state.outside_px, canvas, config.cement)
        weighs = odds is not None and config.cement.network == "weighs"
        if odds is not None and weighs and config.cement.agreed:
            levels = levels_agreed(alone, odds, state.outside_px, config.cement)
        before = seen.cement & ~seen.wide
        cement = segment_cement(evidence.z, before, levels, seen.metal, open_, canvas, config.cement)
        if evidence.broad is not None:
            beside = open_ & (evidence.broad != 0)
            wide = segment_cement(
                evidence.broad, seen.wide & beside, alone, seen.metal, beside, canvas, config.cement
            )
            # what the finer scale has found already is measured by that alone
            wide &= ~keep_components(wide, wide & cement, 1.0)
            seen, cement = replace(seen, wide=wide), cement | wide
        weighed = odds if odds is not None and weighs else np.zeros_like(evidence.contrast)
    seen = replace(seen, cement=cement)
    if reason is not Reason.NONE:
        return seen
    around = survey(
        evidence,
        weighed,
        seen.reference.mean,
        open_,
        cement,
        bone,
        state.outside_px,
        seen.metal | seen.believed,
        seen.bolus_sum,
        _stray_mm(seen, pose, canvas),
        canvas,
    )
    seen = _decide(state, seen, around, frame, pose, elapsed_s)
    if odds is None or config.cement.network == "decides":
        return seen
    sketch = draw(
        seen.sketch,
        odds,
        seen.believed,
        seen.metal,
        open_,
        bone,
        state.outside_px,
        around,
        frame,
        elapsed_s,
        canvas,
        config.cement,
    )
    return replace(seen, sketch=sketch)


def _decide(
    state: CoreState, seen: Seen, around: Surroundings, frame: Frame, pose: Pose, elapsed_s: float
) -> Seen:
    """Believe what is in the bone or not, follow what is outside and sum its evidence."""
    canvas, config, cement, evidence = state.canvas, state.config, seen.cement, around.evidence
    parts, pieces = find_pools(cement, state.outside_px)
    pools, next_pool = follow(seen.pools, parts, pieces, frame.index, frame.time_s, seen.next_pool, canvas)
    pools = believe_pools(pools, around, state.leak_model.pool, frame.time_s, elapsed_s, canvas)
    bolus = cement & believed(pools, cement.shape)
    seen = replace(
        seen,
        pools=pools,
        next_pool=next_pool,
        believed=bolus,
        per_px=_measure_contrast(seen, evidence, bolus),
    )
    if not is_outlined(state):
        return seen
    hardened = cement & seen.hardened
    around = with_bolus(around, bolus | hardened, seen.bolus_sum, canvas)
    fresh = without_hardened(without_filling(cement, seen.metal, state.outside_px), seen.hardened, canvas)
    parts, pieces = find_spreads(fresh, state.outside_px, canvas, config.leak)
    tracks, next_track = follow(
        seen.tracks, parts, pieces, frame.index, frame.time_s, seen.next_track, canvas
    )
    drifts, next_drift = seen.drifts, seen.next_drift
    if config.cement.network == "decides":  # what else would seem to travel was counted among its pieces only
        drifts, next_drift = follow_drifts(
            seen.drifts, parts, pieces, evidence.contrast, frame, pose, seen.next_drift, canvas
        )
    tracks = name_renewed(tracks, seen.halted, canvas)
    tracks = tuple(_believe(track, around, frame.time_s, state) for track in tracks)
    tracks = alarm.sum_evidence(tracks, state.threshold, frame.index, elapsed_s, config.alarm)
    tracks = alarm.raise_travelled(tracks, drifts, state.threshold, frame.index)
    outside = [one.footprint for one in tracks if one.evidence > 0 or one.alarm_frame is not None]
    return replace(
        seen,
        bolus_sum=max(seen.bolus_sum, around.bolus_sum),
        tracks=tracks,
        next_track=next_track,
        drifts=drifts,
        next_drift=next_drift,
        believed=cement & np.logical_or.reduce([bolus, hardened, *outside]),
    )


def looked_at(state: CoreState, seen: Seen, evidence: Evidence, open_: Mask, judged_s: float) -> Looked:
    """Give what the network is to see of a frame, `judged_s` after the first that was judged."""
    return Looked(
        evidence,
        seen.memory,
        seen.trend,
        seen.reference.mean,
        state.outside_px,
        state.bone,
        seen.metal,
        open_,
        judged_s,
    )


def _look(state: CoreState, seen: Seen, evidence: Evidence, open_: Mask, judged_s: float) -> Image | None:
    """Ask the network; None where there is none."""
    if state.network is None:
        return None
    return cement_log_odds(state.network, looked_at(state, seen, evidence, open_, judged_s), state.canvas)


def _believe(track: Track, around: Surroundings, time_s: float, state: CoreState) -> Track:
    """Weigh what a track looks like on this frame."""
    if not track.seen:
        return track
    traits = measure(
        track.footprint,
        around,
        state.config.leak.outline_error_mm,
        time_s - track.born_s,
        track.born_reach_mm,
        track.born_origin_mm,
        state.canvas,
    )
    return replace(
        track,
        score=log_odds(traits, state.leak_model.leak)
        if state.config.alarm.learned
        else traits.evidence - state.config.cement.grow_sigma,
        traits=traits,
        born_reach_mm=traits.born_reach_mm,
        born_origin_mm=traits.origin_mm,
    )


def _stray_mm(seen: Seen, pose: Pose, canvas: Canvas) -> float:
    """How far the bone is from the nearest place where it was while the reference was learned."""
    return min(float(np.hypot(pose.dx - x, pose.dy - y)) for x, y in seen.learned_at) * canvas.pixel_mm


def _measure_contrast(seen: Seen, evidence: Evidence, bolus: Mask) -> float | None:
    """Attenuation per pixel of depth from the bolus in the bone, once it is large enough to tell."""
    clear = bolus & ~seen.metal
    if np.count_nonzero(clear) < 30:
        return seen.per_px
    peak = float(np.percentile(evidence.contrast[clear], 95))
    return limits.contrast_per_px(peak, float(np.count_nonzero(bolus)))
