"""From one frame's evidence to cement, to leaks that are followed, and to how far each is believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leakwatch.imaging import alarm, limits
from leakwatch.imaging.canvas import Canvas, Pose
from leakwatch.imaging.cement import seed_evidence, segment_cement
from leakwatch.imaging.credence import log_odds
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.leak import find_spreads
from leakwatch.imaging.state import CoreState, Seen, is_outlined
from leakwatch.imaging.tracks import Track, follow
from leakwatch.imaging.traits import Surroundings, measure, survey
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
    """Segment cement, follow what is outside and sum its evidence."""
    canvas, config, bone = state.canvas, state.config, state.bone
    z = evidence.z
    needed = seed_evidence(state.outside_px, canvas, config.cement)
    cement = segment_cement(z, seen.cement, needed, seen.metal, open_, canvas, config.cement)
    seen = replace(seen, cement=cement, per_px=_measure_contrast(seen, evidence, cement & bone))
    if not is_outlined(state) or reason is not Reason.NONE:
        return seen
    parts, spreads = find_spreads(cement, state.outside_px, canvas, config.leak)
    tracks, next_track = follow(
        seen.tracks, parts, spreads, frame.index, frame.time_s, seen.next_track, canvas
    )
    stray_mm = _stray_mm(seen, pose, canvas)
    around = survey(
        evidence, seen.reference.mean, open_, cement, bone, state.outside_px, seen.bolus_sum, stray_mm, canvas
    )
    tracks = tuple(_believe(track, around, frame.time_s, state) for track in tracks)
    tracks = alarm.sum_evidence(tracks, state.threshold, frame.index, elapsed_s, config.alarm)
    bolus_sum = max(seen.bolus_sum, around.bolus_sum)
    return replace(seen, bolus_sum=bolus_sum, tracks=tracks, next_track=next_track)


def _believe(track: Track, around: Surroundings, time_s: float, state: CoreState) -> Track:
    """Weigh what a track looks like on this frame."""
    if not track.seen:
        return track
    uncertainty_mm = state.config.leak.outline_error_mm
    traits = measure(
        track.footprint, around, uncertainty_mm, time_s - track.born_s, track.born_reach_mm, state.canvas
    )
    score = log_odds(traits, state.leak_model)
    return replace(track, score=score, traits=traits, born_reach_mm=traits.born_reach_mm)


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
