"""Leaks of one study, each once, however many views saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import AnalysedRun
from leakwatch.views.alternate import Swing, find_swings
from leakwatch.views.case import Case, MergedLeak, Sighting
from leakwatch.views.fit import Fit, fit_poses, with_pose_error
from leakwatch.views.fuse import fuse
from leakwatch.views.leak_volume import leak_volume
from leakwatch.views.pair import Pair, pair_runs
from leakwatch.views.scene import lay_out
from leakwatch.views.second_look import SecondLook, Verdict, look_after_swing, look_again
from leakwatch.views.triangulate import Position, triangulate
from leakwatch.views.volume import cement_volume

ONE_VIEW = "seen in one view only: its depth along the ray is unknown"
NO_PAIR = "this run has no simultaneous second view"
OTHER_TIME = "the two views never saw it within one frame interval of each other"


@dataclass(frozen=True, slots=True)
class _Match:
    """Two sightings whose rays cross: where at that moment, and where had the bone not moved until then."""

    a: Sighting
    b: Sighting
    position: Position
    at_rest: Position | None


def merge_cases(analysed: Sequence[AnalysedRun], config: ViewsConfig) -> tuple[Case, ...]:
    """Group runs by study, pair their views, put their poses right and bring together what both saw.

    Two sightings are one leak when both views show it within one frame interval and the rays through the
    centroids miss each other by at most ``max_ray_gap_mm``; the smallest gaps are matched first and each
    sighting at most once. A leak that stood when a run went on from another has an entry of its own; it
    names the earlier one.
    """
    studies = dict.fromkeys(one.run.study_instance_uid for one in analysed)
    return tuple(
        _case(uid, tuple(one for one in analysed if one.run.study_instance_uid == uid), config)
        for uid in studies
    )


def _case(uid: str, analysed: tuple[AnalysedRun, ...], config: ViewsConfig) -> Case:
    pairs = pair_runs([one.run for one in analysed], config)
    swings = find_swings([one.run for one in analysed], config)
    by_uid = {one.run.sop_instance_uid: one for one in analysed}
    fits: list[Fit] = []
    for pair in pairs:
        a, b = by_uid[pair.a.sop_instance_uid], by_uid[pair.b.sop_instance_uid]
        fits.append(fit_poses(a, b, config))
        by_uid[pair.b.sop_instance_uid] = with_pose_error(b, fits[-1].error)
    sightings = {
        uid: [Sighting(one.run, event) for event in one.summary.events] for uid, one in by_uid.items()
    }
    volumes = tuple(
        cement_volume(by_uid[pair.a.sop_instance_uid], by_uid[pair.b.sop_instance_uid], pair.offset_s)
        if fit.fits
        else fit.reason
        for pair, fit in zip(pairs, fits, strict=True)
    )
    leaks: list[MergedLeak] = []
    for pair, fit, cement in zip(pairs, fits, volumes, strict=True):
        first = sightings.pop(pair.a.sop_instance_uid)
        second = sightings.pop(pair.b.sop_instance_uid)
        leaks.extend(
            replace(
                _look_again(leak, pair, fit, by_uid, config),
                volume=leak_volume(leak.sightings, by_uid, cement),
            )
            for leak in _merge_pair(pair, fit, first, second, config)
        )
    for alone in sightings.values():
        leaks.extend(_look_after(_unplaced(sighting, NO_PAIR), swings, by_uid, config) for sighting in alone)
    numbered = tuple(replace(leak, id=number) for number, leak in enumerate(leaks, start=1))
    numbered = tuple(replace(leak, continues=_earlier(leak, numbered, by_uid)) for leak in numbered)
    views = [(by_uid[pair.a.sop_instance_uid], by_uid[pair.b.sop_instance_uid]) for pair in pairs]
    fused = tuple(fuse(pair, a, b, numbered, config) for pair, (a, b) in zip(pairs, views, strict=True))
    scenes = tuple(lay_out(a, b, fit, config) for (a, b), fit in zip(views, fits, strict=True))
    return Case(uid, analysed, pairs, numbered, swings, fused, scenes, tuple(fits), volumes)


def _earlier(
    leak: MergedLeak, leaks: Sequence[MergedLeak], analysed: Mapping[str, AnalysedRun]
) -> int | None:
    """Find the leak that one of an earlier recording was, by the runs that go on from each other."""
    known = {
        (sighting.run.sop_instance_uid, sighting.event.id): one.id
        for one in leaks
        for sighting in one.sightings
    }
    before = [
        known.get((earlier, sighting.event.id))
        for sighting in leak.sightings
        if sighting.event.continues
        and (earlier := analysed[sighting.run.sop_instance_uid].summary.goes_on_from) is not None
    ]
    return min((one for one in before if one is not None), default=None)


def _look_again(
    leak: MergedLeak, pair: Pair, fit: Fit, analysed: Mapping[str, AnalysedRun], config: ViewsConfig
) -> MergedLeak:
    """Add what the other view says of it."""
    if not fit.fits:
        return replace(leak, second_look=SecondLook(Verdict.NOT_VISIBLE, fit.reason))
    if len(leak.sightings) > 1:
        return replace(leak, second_look=SecondLook(Verdict.CONFIRMED))
    (sighting,) = leak.sightings
    a, b = analysed[pair.a.sop_instance_uid], analysed[pair.b.sop_instance_uid]
    if sighting.run.sop_instance_uid == a.run.sop_instance_uid:
        look = look_again(sighting.event, a, b, pair.offset_s, config)
    else:
        look = look_again(sighting.event, b, a, -pair.offset_s, config)
    return replace(leak, second_look=look)


def _look_after(
    leak: MergedLeak, swings: Sequence[Swing], analysed: Mapping[str, AnalysedRun], config: ViewsConfig
) -> MergedLeak:
    """Add where it must be in the view that the arm was swung to next, if it was."""
    (sighting,) = leak.sightings
    for swing in swings:
        if swing.before.sop_instance_uid == sighting.run.sop_instance_uid:
            after = analysed[swing.after.sop_instance_uid]
            return replace(leak, second_look=look_after_swing(sighting.event, sighting.run, after, config))
    return leak


def _merge_pair(
    pair: Pair, fit: Fit, first: Sequence[Sighting], second: Sequence[Sighting], config: ViewsConfig
) -> list[MergedLeak]:
    if not fit.fits:
        return [_unplaced(sighting, fit.reason) for sighting in (*first, *second)]
    matches: list[_Match] = []
    # Why a sighting stands alone: the last thing that spoke against a partner.
    reasons: dict[int, str] = {}
    for a in first:
        for b in second:
            found = _cross(pair, a, b)
            if isinstance(found, str):
                reasons[id(a)] = reasons[id(b)] = found
            elif found.position.gap_mm <= config.max_ray_gap_mm:
                matches.append(found)
    leaks: list[MergedLeak] = []
    used: set[int] = set()
    for match in sorted(matches, key=lambda match: match.position.gap_mm):
        if used.isdisjoint((id(match.a), id(match.b))):
            used.update((id(match.a), id(match.b)))
            place = match.at_rest or match.position
            both = (match.a, match.b)
            leaks.append(
                MergedLeak(0, both, place.mm_lps, place.error_mm, place.gap_mm, "", at_rest=match.at_rest)
            )
    leaks.extend(
        _unplaced(sighting, reasons.get(id(sighting), ONE_VIEW))
        for sighting in (*first, *second)
        if id(sighting) not in used
    )
    return leaks


def _cross(pair: Pair, a: Sighting, b: Sighting) -> _Match | str:
    """Find the crossing at the first moment both views show the leak, or why there is none."""
    if not a.event.frames or not b.event.frames:
        return OTHER_TIME
    times_a = a.run.times_s[list(a.event.frames)]
    times_b = b.run.times_s[list(b.event.frames)] + pair.offset_s
    apart_s = np.abs(times_a[:, np.newaxis] - times_b[np.newaxis, :])
    together = np.argwhere(apart_s <= max(a.run.interval_s, b.run.interval_s))
    if not len(together):
        return OTHER_TIME
    i, j = together[np.argmin(np.maximum(times_a[together[:, 0]], times_b[together[:, 1]]))]
    try:
        position = _crossing(a, a.event.centroids_xy_px[i], b, b.event.centroids_xy_px[j], (i, j))
        at_rest = None
        if a.event.at_rest_xy_px and b.event.at_rest_xy_px:
            at_rest = _crossing(a, a.event.at_rest_xy_px[i], b, b.event.at_rest_xy_px[j], (i, j))
    except ValueError as error:
        return str(error)
    return _Match(a, b, position, at_rest)


def _crossing(
    a: Sighting,
    xy_a_px: tuple[float, float],
    b: Sighting,
    xy_b_px: tuple[float, float],
    at: tuple[int, int],
) -> Position:
    area_a, area_b = a.event.area_px[at[0]], b.event.area_px[at[1]]
    return triangulate(a.run, xy_a_px, area_a, b.run, xy_b_px, area_b)


def _unplaced(sighting: Sighting, reason: str) -> MergedLeak:
    return MergedLeak(0, (sighting,), None, None, None, reason)
