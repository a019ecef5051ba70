"""The bone and its neighbours: what is described, and what the table counts."""

import pytest

from leakwatch.bench.same_bone import Tried, in_two_runs, quality_of, table

IN_PLACE = [Tried(view, 0.0, quality) for view in ("AP", "45°", "lateral") for quality in (0.8, 0.9)]
NEIGHBOURS = [Tried(view, 32.0, quality) for view in ("AP", "45°", "lateral") for quality in (0.0, 0.76)]


def test_the_table_counts_what_would_be_taken_up() -> None:
    lines = table([*IN_PLACE, *NEIGHBOURS], 0.75).splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]]
    assert rows[0] == ["AP", "in its place", "0.80", "0.85", "0.90", "2/2"]
    assert rows[1] == ["AP", "a neighbour there", "0.00", "0.38", "0.76", "1/2"]
    assert len(rows) == 6


def test_the_table_moves_between_the_runs_and_cement_comes_with_it() -> None:
    still, moved = in_two_runs(6100, 90.0, 0.0), in_two_runs(6100, 90.0, 32.0)
    assert still.movement.pan_time_s is None
    first, second = moved.machine.views
    assert moved.movement.pan_time_s is not None
    assert moved.machine.ends_s(first) < moved.cement.start_s < moved.movement.pan_time_s < second.start_s
    assert {view.primary_deg for view in moved.machine.views} == {90.0}
    assert still.detector == moved.detector


@pytest.mark.slow
def test_the_bone_is_found_in_its_place_and_not_in_its_neighbours() -> None:
    here, there = (quality_of(in_two_runs(6100, 0.0, moved_mm), 6100) for moved_mm in (3.0, 32.0))
    assert there < here
    assert here > 0.75
