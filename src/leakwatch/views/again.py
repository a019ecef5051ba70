"""One view recorded in several runs: which run goes on where which earlier one stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import IntensityChain, Medium, Run
from leakwatch.views.alternate import turn_between_deg
from leakwatch.views.pair import pause_s, start_gap_s

_STAMP_S = 1.0  # starts may be stamped to the second
_ALIKE = 0.01  # of distances and pixel sizes, which files round


@dataclass(frozen=True, slots=True)
class Return:
    """The same machine looked at the same place from the same side again.

    Attributes
    ----------
    after_start_s
        From the first frame of `before` to the first of `after`.
    pause_s
        From the last frame of `before` to the first of `after`.
    """

    before: Run
    after: Run
    after_start_s: float
    pause_s: float


def find_returns(runs: Sequence[Run], config: ViewsConfig) -> tuple[Return, ...]:
    """Find, for each run, the latest earlier one of the same view that had ended when it began.

    Of one study and plane, with the same matrix, pixel size, distances and values, the arm standing within
    ``same_view_deg``, at most ``max_pause_s`` apart. A run that states no start or no angles goes on from
    none, nor does one in which the arm turns. Where the table stood is not asked: whether the bone is where
    it was, the pictures say.
    """
    if not config.go_on:
        return ()
    found = []
    for after in runs:
        earlier = [one for before in runs if (one := _return(before, after, config)) is not None]
        if earlier:
            found.append(min(earlier, key=lambda one: one.pause_s))
    return tuple(found)


def _return(before: Run, after: Run, config: ViewsConfig) -> Return | None:
    started_s, paused_s = start_gap_s(before, after), pause_s(before, after)
    if started_s is None or paused_s is None or not _is_same_machine(before, after):
        return None
    if started_s <= 0 or not -_STAMP_S < paused_s <= config.max_pause_s:
        return None
    turn = turn_between_deg(before, after)
    if turn is None or max(turn, _turns_deg(before), _turns_deg(after)) > config.same_view_deg:
        return None
    return Return(before, after, started_s, paused_s)


def _is_same_machine(a: Run, b: Run) -> bool:
    same = (
        (a.study_instance_uid, a.plane, a.rows, a.columns)
        == (b.study_instance_uid, b.plane, b.rows, b.columns)
        and Medium.VIDEO not in (a.medium, b.medium)
        and _is_same_chain(a.intensity, b.intensity)
    )
    if not same or (a.geometry.pixel_mm is None) != (b.geometry.pixel_mm is None):
        return False
    lengths = (
        (a.geometry.sid_mm, b.geometry.sid_mm),
        *zip(a.geometry.pixel_mm or (), b.geometry.pixel_mm or (), strict=True),
    )
    return all(
        p == q or (p is not None and q is not None and np.isclose(p, q, rtol=_ALIKE)) for p, q in lengths
    )


def _is_same_chain(a: IntensityChain, b: IntensityChain) -> bool:
    """Whether equal values mean equal attenuation, but for what exposure control adds."""
    told = [
        (one.relationship, one.sign, one.bits_stored, one.signed, one.calibration, one.subtracted)
        for one in (a, b)
    ]
    if told[0] != told[1] or (a.to_intensity is None) != (b.to_intensity is None):
        return False
    if a.to_intensity is None or b.to_intensity is None:
        return True
    return a.to_intensity[0] == b.to_intensity[0] and np.array_equal(a.to_intensity[1], b.to_intensity[1])


def _turns_deg(run: Run) -> float:
    """How far the arm turns within a run, as far as its frames say so."""
    if run.per_frame is None:
        return 0.0
    angles = (run.per_frame.primary_deg, run.per_frame.secondary_deg)
    return max(
        (
            float(np.ptp(one[np.isfinite(one)]))
            for one in angles
            if one is not None and np.isfinite(one).any()
        ),
        default=0.0,
    )
