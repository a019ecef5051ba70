"""One study with everything its views say together."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.nouns import Amount, AnalysedRun, LeakEvent, Run
from leakwatch.views.alternate import Swing
from leakwatch.views.fit import Fit
from leakwatch.views.fused import Fused
from leakwatch.views.pair import Pair
from leakwatch.views.scene import Scene
from leakwatch.views.second_look import SecondLook
from leakwatch.views.triangulate import Position
from leakwatch.views.volume import CementVolume


@dataclass(frozen=True, slots=True)
class Sighting:
    """One leak as one view saw it."""

    run: Run
    event: LeakEvent


@dataclass(frozen=True, slots=True)
class MergedLeak:
    """One leak, seen by one view or two.

    Attributes
    ----------
    position_mm_lps
        Patient axes (left, posterior, head), origin at the isocentre, the patient as on the first frames;
        None with `position_reason`.
    location_error_mm
        Radius within which the position is believed to lie; None without a position.
    ray_gap_mm
        How far the two central rays of the leak miss each other.
    at_rest
        The same with its errors: where it would lie had the bone not moved since the first frame, whatever
        moved it. None where that is not known: `position_mm_lps` is then that of the moment.
    continues
        `id` of the leak of an earlier recording that it is, in views that go on from that one's; or None.
    volume
        What shows of it beside the bone at the end of two views, or why that cannot be told.
    second_look
        What the other of two simultaneous views says; None where there is none.
    """

    id: int
    sightings: tuple[Sighting, ...]
    position_mm_lps: tuple[float, float, float] | None
    location_error_mm: float | None
    ray_gap_mm: float | None
    position_reason: str
    second_look: SecondLook | None = None
    at_rest: Position | None = None
    continues: int | None = None
    volume: Amount | str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All runs of one study that were analysed here.

    `fused`, `scenes`, `fits` and `volumes` have an entry for each pair; a volume that cannot be told is the
    reason why. Runs in `analysed` and `pairs` have the geometry that their files state; those in `leaks` and
    `fused` have what `fits` found.
    """

    study_instance_uid: str
    analysed: tuple[AnalysedRun, ...]
    pairs: tuple[Pair, ...]
    leaks: tuple[MergedLeak, ...]
    swings: tuple[Swing, ...] = ()
    fused: tuple[Fused, ...] = ()
    scenes: tuple[Scene, ...] = ()
    fits: tuple[Fit, ...] = ()
    volumes: tuple[CementVolume | str, ...] = ()
