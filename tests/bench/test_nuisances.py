from __future__ import annotations

import numpy as np
import pytest

from leakwatch.bench.nuisances.catalogue import named, nuisances
from leakwatch.bench.nuisances.count import count
from leakwatch.bench.nuisances.nuisance import describe
from leakwatch.bench.nuisances.overlays import blade, needle
from leakwatch.bench.nuisances.play import FrameNote, Played
from leakwatch.bench.nuisances.table import table
from leakwatch.nouns import Reason, State

DENSE = 1.0


def played(
    alarm: int | None, leak: int | None = None, lost: range = range(0), seed: int = 0, frames: int = 40
) -> Played:
    """A run at 10 frames/s that alarms from `alarm` on, leaks from `leak` on and is undecided in `lost`."""
    notes = []
    for k in range(frames):
        state = State.NO_DECISION if k in lost else State.CLEAR
        state = State.ALARM if alarm is not None and k >= alarm else state
        reason = Reason.OBJECT if state is State.NO_DECISION else Reason.NONE
        leaking = leak is not None and k >= leak
        notes.append(FrameNote(k / 10, state, reason, leaking, leaking, 0.0, 0.0))
    return Played("hand", seed, leak is not None, tuple(notes))


def test_names_are_found_and_unique() -> None:
    names = [one.name for one in nuisances()]
    assert len(set(names)) == len(names)
    assert [named(name).name for name in names] == names
    with pytest.raises(ValueError, match="no nuisance is called 'x'"):
        named("x")


@pytest.mark.parametrize("leaking", [False, True])
def test_every_case_is_one_that_the_simulator_takes(leaking: bool) -> None:
    for one in nuisances():
        for seed in range(4):
            case = describe(one, seed, leaking)
            assert (case.leak is not None) is leaking


def test_counts_of_runs_that_were_made_by_hand() -> None:
    runs = [
        played(None, lost=range(10, 20)),
        played(None, lost=range(10, 40), seed=1),
        played(25, seed=2),
        played(12, leak=10),
        played(5, leak=10, seed=1),
        played(None, leak=10, seed=2),
        played(36, leak=10, seed=3),
        played(None, leak=38, seed=4),
    ]
    told = count("hand", runs, 1.0)
    assert (told.quiet, told.quiet_alarms, told.calm, told.recovered) == (3, 1, 2, 1)
    assert (told.leaking, told.early, told.shown, told.hits, told.in_time) == (5, 1, 3, 2, 1)
    assert told.delay_s == pytest.approx(1.4)
    (object_,) = told.reasons
    assert (object_.reason, object_.frames) == (Reason.OBJECT, 40)
    assert "| hand | 1/3 | 1/2 | 1/5 | 2/3 | 1/3 | 1.40 s |" in table([told])[2]


def test_a_blade_moves_in_and_covers_the_left() -> None:
    drawn = blade(1.0, 1.0, -2.0, 14.0)
    before, after = drawn(0.0), drawn(3.0)
    assert before is not None
    assert after is not None
    assert not before.any()
    assert np.all(after[:, :20] > DENSE)
    assert not after[:, 30:].any()


def test_a_needle_comes_and_stays() -> None:
    drawn = needle(1.0, 1.0, 12.0, 0.0)
    assert drawn(1.0) is None
    half, whole, later = drawn(1.5), drawn(2.0), drawn(5.0)
    assert half is not None
    assert whole is not None
    assert later is not None
    assert np.count_nonzero(half) < np.count_nonzero(whole)
    np.testing.assert_array_equal(whole, later)
    rows = np.flatnonzero(whole.any(axis=1))
    assert rows.max() - rows.min() < 8
