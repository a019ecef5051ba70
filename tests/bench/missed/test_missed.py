"""Where leaks are lost: how far each came, the table, and one case from end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leakwatch.bench.missed.record import Case, Leaked, Looked, append_case, read_cases
from leakwatch.bench.missed.table import Fate, farthest, fate_of, tables
from leakwatch.bench.missed.watch import watch_case
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.config import Config
from leakwatch.simulate.testing import tiny_config

SEEN = Looked(
    time_s=2.0,
    area_mm2=12.0,
    open_mm2=9.0,
    z=4.0,
    contrast=0.2,
    sigma=0.05,
    floor=0.02,
    learned=1.5,
    marked_mm2=6.0,
    log_odds=0.8,
    evidence=1.1,
)
RUN = Leaked(7, "vein", "0/0", (("product", "zro2_30"),), 1.5, None, (SEEN,))


def run(**changes: object) -> Leaked:
    return replace(RUN, looked=(replace(SEEN, **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("leaked", "fate"),
    [
        (replace(RUN, alarm_s=2.5), Fate.ALARM),
        (replace(RUN, alarm_s=2.5, looked=()), Fate.ALARM),
        (replace(RUN, onset_s=0.0), Fate.BEGAN),
        (replace(RUN, looked=()), Fate.UNDECIDED),
        (run(area_mm2=2.0), Fate.UNDECIDED),
        (run(open_mm2=1.0), Fate.HIDDEN),
        (run(log_odds=None, evidence=0.0), Fate.UNMARKED),
        (run(log_odds=-1.0, evidence=0.0), Fate.UNBELIEVED),
        (RUN, Fate.SHORT),
    ],
)
def test_a_leak_is_told_by_how_far_it_came(leaked: Leaked, fate: Fate) -> None:
    assert fate_of(leaked) is fate


def test_of_two_views_the_one_counts_in_which_it_came_farther() -> None:
    alarmed = replace(RUN, alarm_s=2.9, view="90/0")
    assert farthest(Case(7, (RUN, alarmed))) is alarmed
    assert farthest(Case(7, (run(log_odds=None), RUN))) is RUN


def test_the_tables_count_all_and_name_the_missed() -> None:
    began, hit = replace(RUN, case=3, onset_s=0.0), replace(RUN, case=5, alarm_s=2.0)
    text = tables([Case(3, (began,)), Case(5, (hit,)), Case(6, ()), Case(7, (RUN,))])
    assert text.startswith("3 leaks that a view shows")
    counts = {
        line.split("|")[1].strip(): line.split("|")[2].strip() for line in text.splitlines() if "|" in line
    }
    assert (counts["alarm"], counts[Fate.BEGAN], counts[Fate.SHORT], counts[Fate.HIDDEN]) == (
        "1",
        "1",
        "1",
        "0",
    )
    (row,) = [line for line in text.splitlines() if line.startswith("| 7 ")]
    assert [cell.strip() for cell in row.split("|")[2:4]] == ["vein", "zro2_30"]
    assert [cell.strip() for cell in row.split("|")[-6:-1]] == ["9", "4.0", "10.0", "+1.5", "+0.8"]


def test_records_come_back_and_a_torn_one_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "seed-1.jsonl"
    assert read_cases(path) == ()
    for case in (Case(9, (), "cannot be"), Case(7, (RUN,))):
        append_case(path, case)
    with path.open("a") as file:
        file.write('{"index": 11')
    assert read_cases(path) == (Case(7, (RUN,)), Case(9, (), "cannot be"))
    assert path.read_text().count("\n") == 2


@pytest.mark.slow
def test_a_leak_is_watched_from_its_first_look_to_the_alarm() -> None:
    drawn = DrawnCase(4, tiny_config("lateral", frames=48), 5, "vertebra", "lateral", ())
    case = watch_case(drawn, Config())
    assert case.error == ""
    (one,) = case.runs
    assert fate_of(one) is Fate.ALARM
    assert one.alarm_s is not None
    late = one.looked[-1]
    assert late.open_mm2 <= late.area_mm2 * 1.3
    assert late.z > 3
    assert late.marked_mm2 > 0.3 * late.open_mm2
    assert late.evidence > one.looked[0].evidence
