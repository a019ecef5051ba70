"""Play a nuisance over some seeds, and hold what is said of it to what is true."""

from __future__ import annotations

from leakwatch.bench.nuisances.catalogue import named
from leakwatch.bench.nuisances.count import IN_TIME_S, has_recovered, has_time
from leakwatch.bench.nuisances.play import Played, play
from leakwatch.nouns import Reason

QUIET_SEEDS = (0, 1, 2, 3)
"""AP, lateral, AP, lateral; the latter two with the other variant of a nuisance that has two."""
LEAKING_SEEDS = (0, 3)


def quiet_runs(name: str) -> list[Played]:
    """Runs without a leak that were disturbed by this."""
    return [play(named(name), seed, leaking=False) for seed in QUIET_SEEDS]


def hold_quiet(name: str) -> list[Played]:
    """No run without a leak alarms, undecided frames have a right reason, and each run recovers."""
    runs = quiet_runs(name)
    right = named(name).reasons | {Reason.SETTLING}
    assert {run.seed: run.alarm_s for run in runs if run.alarm_s is not None} == {}
    assert {run.seed: set(run.undecided()) - right for run in runs if set(run.undecided()) - right} == {}
    assert [run.seed for run in runs if not has_recovered(run)] == []
    return runs


def hold_found(name: str) -> None:
    """Every leak that comes after the disturbance is found in time, and none before there is one."""
    runs = [play(named(name), seed, leaking=True) for seed in LEAKING_SEEDS]
    assert [run.seed for run in runs if not has_time(run)] == [], "the leak does not show: no trial"
    assert {run.seed: run.alarm_s for run in runs if run.is_false_alarm} == {}
    delays = {run.seed: run.delay_s for run in runs}
    assert {seed: d for seed, d in delays.items() if d is None or d > IN_TIME_S} == {}
