"""Stated sizes held to simulated leaks: the records, the counting, and one case from end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.bench.smallest.growth import measure_case
from leakwatch.bench.smallest.record import Case, Growth, append_case, read_cases
from leakwatch.bench.smallest.table import at_alarm, reached, tables
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.simulate.testing import tiny_config

# a disc of 1, 2, 3 and 4 mm across, one every half second
DIAMETERS_MM = np.array([0.0, 0.0, 1.0, 2.0, 3.0, 4.0])
GROWTH = Growth(
    case=0,
    way="lateral",
    view="0/0",
    times_s=(0.0, 0.5, 1.0, 1.5, 2.0, 2.5),
    seen_mm2=tuple((np.pi / 4 * DIAMETERS_MM**2).tolist()),
    leaked_ul=tuple((np.pi / 6 * DIAMETERS_MM**3).tolist()),
    alarm_frame=None,
    undecided=(),
    clear_mm=1.0,
    edge_mm=1.0,
)


def alarming(frame: int) -> Growth:
    return replace(GROWTH, alarm_frame=frame)


def test_disc_and_sphere_give_back_their_diameters() -> None:
    np.testing.assert_allclose(GROWTH.disc_mm, DIAMETERS_MM)
    np.testing.assert_allclose(GROWTH.ball_mm, DIAMETERS_MM)


@given(st.lists(st.floats(0, 50), min_size=1, max_size=20))
def test_what_was_seen_has_been_seen(areas_mm2: list[float]) -> None:
    sizes = replace(GROWTH, seen_mm2=tuple(areas_mm2)).disc_mm
    assert np.all(np.diff(sizes) >= 0)
    assert sizes[-1] == pytest.approx(2 * np.sqrt(max(areas_mm2) / np.pi))


@pytest.mark.parametrize(
    ("frame", "times", "then", "soon", "end"),
    [
        (3, 2.0, 1, 1, 1),  # in the very frame on which it was that large
        (4, 2.0, 0, 1, 1),
        (5, 1.0, 0, 0, 1),  # 1.5 s later
        (2, 4.0, 1, 1, 1),
        (None, 4.0, 0, 0, 0),
    ],
)
@pytest.mark.parametrize("size", ["disc_mm", "ball_mm"])
def test_alarms_are_held_to_the_frame_on_which_the_leak_was_that_large(
    frame: int | None, times: float, then: int, soon: int, end: int, size: str
) -> None:
    found = reached([replace(GROWTH, alarm_frame=frame)], "edge_mm", size, times)
    assert (found.by_then.of, found.by_then.hits) == (1, then)
    assert (found.soon.hits, found.by_the_end.hits) == (soon, end)


def test_who_is_left_out() -> None:
    early, unstated, small = alarming(1), replace(GROWTH, edge_mm=None), replace(GROWTH, edge_mm=1.1)
    assert reached([early, unstated, small], "edge_mm", "disc_mm", 4.0).by_then.of == 0
    assert reached([small], "edge_mm", "disc_mm", 2.0).by_then.of == 1
    assert reached([unstated], "clear_mm", "disc_mm", 4.0).by_then.of == 1


def test_undecided_counts_only_without_an_alarm_by_then() -> None:
    both = replace(GROWTH, undecided=(3,))
    found = reached([both, replace(both, alarm_frame=2), GROWTH], "edge_mm", "disc_mm", 2.0)
    assert (found.undecided.hits, found.undecided.of) == (1, 2)


def test_sizes_on_the_frame_of_the_alarm() -> None:
    runs = [alarming(4), alarming(1), GROWTH, replace(GROWTH, alarm_frame=5, edge_mm=2.0)]
    np.testing.assert_allclose(at_alarm(runs, "edge_mm", "disc_mm"), [3.0, 2.0])
    assert "bone's edge: 2.5 (2.1 to 2.9, n = 2)" in tables(runs)


def test_the_tables_say_what_they_leave_out() -> None:
    text = tables([alarming(3), alarming(1), replace(GROWTH, case=4)])
    rows = [line for line in text.splitlines() if line.startswith("| bone's edge | 2 |")]
    assert len(rows) == 2
    assert all(row.startswith("| bone's edge | 2 | 2 | 1/2: 50%") for row in rows)
    assert "3 runs of 2 cases show a leak; 1 alarmed before it" in text
    assert "—" in tables([])


def test_records_come_back_and_a_torn_line_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    assert read_cases(path) == ()
    cases = (Case(0, ()), Case(3, (alarming(4), GROWTH)))
    for case in reversed(cases):
        append_case(path, case)
    with path.open("a") as handle:
        handle.write('{"index":5,"runs":[{"ca')
    assert read_cases(path) == cases
    append_case(path, Case(5, ()))
    assert [case.index for case in read_cases(path)] == [0, 3, 5]


@pytest.mark.slow
def test_a_case_is_measured_from_end_to_end() -> None:
    drawn = DrawnCase(7, tiny_config(), 1, "vertebra", "lateral", ())
    case = measure_case(drawn)
    assert case.error == ""
    (run,) = case.runs
    assert (run.case, run.view, len(run.times_s)) == (7, "0/0", 32)
    leaking = np.flatnonzero(run.leaked_ul)
    assert leaking[0] >= 14
    assert 0 < run.disc_mm[-1] < 30
    assert run.clear_mm is not None
    assert run.edge_mm is not None
    assert run.clear_mm <= run.edge_mm


def test_what_cannot_be_simulated_is_noted() -> None:
    case = measure_case(DrawnCase(7, tiny_config("intra_articular"), 1, "vertebra", "intra articular", ()))
    assert case.runs == ()
    assert case.error.startswith("cannot be simulated")
    assert "intra_articular" in case.error
