"""Which two runs are the two planes of one biplane recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import Plane, Run


@dataclass(frozen=True, slots=True)
class Pair:
    """Two simultaneous runs.

    Attributes
    ----------
    a, b
        Plane A before plane B where the files say so, else in the order given.
    start_gap_s
        Start of `b` minus start of `a`; None where a file does not state its start.
    by
        ``reference`` (Referenced Image Sequence, purpose 121314) or ``plane`` (Image Type, same study and
        start).
    """

    a: Run
    b: Run
    start_gap_s: float | None
    by: str

    @property
    def offset_s(self) -> float:
        """What to add to a time of `b` to have it on the clock of `a`; 0 where no start is stated."""
        return self.start_gap_s or 0.0


def start_gap_s(a: Run, b: Run) -> float | None:
    """Start of `b` minus start of `a`, seconds; None if either is not stated, or their zones differ."""
    if a.start is None or b.start is None or (a.start.tzinfo is None) != (b.start.tzinfo is None):
        return None
    return (b.start - a.start).total_seconds()


def pause_s(before: Run, after: Run) -> float | None:
    """Seconds from the last frame of a run to the first of another; None as `start_gap_s` is."""
    gap_s = start_gap_s(before, after)
    return None if gap_s is None else gap_s - float(before.times_s[-1])


def pair_runs(runs: Sequence[Run], config: ViewsConfig) -> tuple[Pair, ...]:
    """Pair runs, each at most once; what a file says comes before what is guessed.

    First by reference to each other. Then, among runs of one study left over, plane A with the plane B
    that starts nearest, at most ``max_start_gap_s`` apart. Runs that state no start are not guessed.
    """
    taken: set[str] = set()
    pairs: list[Pair] = []

    def take(a: Run, b: Run, by: str) -> None:
        if taken.isdisjoint((a.sop_instance_uid, b.sop_instance_uid)):
            taken.update((a.sop_instance_uid, b.sop_instance_uid))
            first, second = (b, a) if b.plane is Plane.A and a.plane is not Plane.A else (a, b)
            pairs.append(Pair(first, second, start_gap_s(first, second), by))

    place = {run.sop_instance_uid: number for number, run in enumerate(runs)}
    stated = {
        tuple(sorted((number, place[uid])))
        for number, run in enumerate(runs)
        for uid in run.partners
        if uid in place and uid != run.sop_instance_uid
    }
    for first, second in sorted(stated):
        take(runs[first], runs[second], "reference")
    studies: dict[str, list[Run]] = {}
    for run in runs:
        studies.setdefault(run.study_instance_uid, []).append(run)
    guesses = [
        (abs(gap), a, b)
        for study in studies.values()
        for a in study
        for b in study
        if a.plane is Plane.A
        and b.plane is Plane.B
        and (gap := start_gap_s(a, b)) is not None
        and abs(gap) <= config.max_start_gap_s
    ]
    for _, a, b in sorted(guesses, key=lambda guess: guess[0]):
        take(a, b, "plane")
    return tuple(pairs)
