import csv
import json
from dataclasses import replace

import pytest

from leakwatch.nouns import Amount, FrameVolume, RunVolume
from leakwatch.results.amounts import interval, number, volume, volume_reason
from leakwatch.results.frames_csv import COLUMNS, FramesCsv


def test_columns_of_volumes_come_last_and_are_empty_where_there_are_none(tmp_path, make_run, make_result):
    told = FrameVolume(Amount(1200.5, 900.0, 1500.25), None)
    with FramesCsv(tmp_path / "frames.csv", make_run()) as table:
        table.add(make_result())
        table.add(replace(make_result(), volume=told))
    with (tmp_path / "frames.csv").open(newline="") as handle:
        plain, measured = csv.DictReader(handle)
    assert COLUMNS[-6:] == tuple(
        f"{what}_volume_{end}" for what in ("cement", "leak") for end in ("ul", "low_ul", "high_ul")
    )
    assert {plain[name] for name in COLUMNS[-6:]} == {""}
    assert [measured[name] for name in COLUMNS[-6:]] == ["1200.50", "900.00", "1500.25", "", "", ""]


def test_an_amount_is_a_number_and_an_interval():
    amount = Amount(2.0, 1.0, 4.0)
    assert (number(amount), interval(amount)) == (2.0, [1.0, 4.0])
    assert (number(None), interval(None)) == (None, None)


@pytest.fixture
def analysed(make_analysed):
    return make_analysed()


def test_a_run_says_why_it_has_no_volume(analysed):
    def told(given):
        return replace(analysed, summary=replace(analysed.summary, volume=given))

    none = told(RunVolume(reason="the cement is not given"))
    assert volume(none)["cement_ul"] is None
    assert volume(none)["reason"] == volume_reason(none) == "the cement is not given"
    some = told(RunVolume(Amount(9.0, 8.0, 11.0), Amount(1.0, 0.0, 2.0), Amount(0.1, 0.0, 0.2), 7))
    assert volume(some)["cement_interval_ul"] == [8.0, 11.0]
    assert volume(some)["reason"] is None
    assert "never measured" in volume_reason(some)
    assert json.dumps(volume(some))
    assert volume_reason(told(None)) == "nothing was analysed"
