"""One view in two runs: the pause lies where the leak begins, and nothing else of the case changes."""

from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.returning import in_two_runs

SEED = 6003
PAIRS = [(before := draw(index, SEED), in_two_runs(before, SEED)) for index in range(24)]


def test_a_leak_begins_in_the_pause_and_one_arm_looks_twice_from_one_side() -> None:
    for before, after in PAIRS:
        machine, (first, second) = after.case.machine, after.case.machine.views
        assert machine.layout == "single"
        assert (first.primary_deg, first.secondary_deg) == (second.primary_deg, second.secondary_deg)
        assert machine.ends_s(first) < second.start_s
        if after.case.leak is not None:
            assert machine.ends_s(first) < after.case.leak.start_s < second.start_s
        assert (after.index, after.way, after.case.leak) == (before.index, before.way, before.case.leak)
        assert after.case.cement == before.case.cement


def test_both_kinds_of_first_run_and_of_patient_come() -> None:
    cases = [after.case for _, after in PAIRS]
    sees_cement = {case.machine.ends_s(case.machine.views[0]) > case.cement.start_s for case in cases}
    lies_elsewhere = {case.movement.jump_time_s is not None for case in cases}
    assert sees_cement == lies_elsewhere == {False, True}


def test_the_same_seed_draws_the_same() -> None:
    assert all(in_two_runs(before, SEED) == after for before, after in PAIRS)
