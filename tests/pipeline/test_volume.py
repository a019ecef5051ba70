"""Volumes from a file to the documents."""

import json

import numpy as np
import pytest

from leakwatch.bench.survey.one_case import analyse_case
from leakwatch.bench.tables import read_table
from leakwatch.config import Config
from leakwatch.simulate.case import write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.testing import tiny_config

NAMES = ("cement_volume_ul", "cement_volume_low_ul", "cement_volume_high_ul")


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("volume")
    config = tiny_config()
    chain = config.chain.model_copy(update={"relationship": "LIN", "bits_stored": 12})
    lin = CaseSection.model_validate(
        config.model_copy(update={"chain": chain}).model_dump(exclude_unset=True, warnings=False)
    )
    return lin, write_case(lin, 1, folder / "case")


def documents(case, out, amount):
    _, written = case
    errors, _ = analyse_case(written.folder, out, Config.model_validate({"imaging": {"amount": amount}}))
    assert errors == []
    folder = out / "runs" / written.sop_instance_uids[0]
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return read_table(folder / "frames.csv"), run, folder


def test_what_was_injected_lies_in_the_interval(case, tmp_path):
    config, written = case
    amount = {
        "cement": config.cement.product.value,
        "aluminium_mm": config.beam.aluminium_mm,
        "copper_mm": config.beam.copper_mm,
    }
    table, run, folder = documents(case, tmp_path, amount)
    truth = read_table(written.truth / written.sop_instance_uids[0] / "frames.csv").numbers("cement_ul")
    value, low, high = (table.numbers(name) for name in NAMES)
    told = np.isfinite(value)
    assert np.array_equal(told, np.isfinite(table.numbers("cement_area_mm2")))
    assert low[-1] < truth[-1] < high[-1]
    assert value[-1] == pytest.approx(truth[-1], rel=0.5)
    assert run["volume"]["cement_ul"] == pytest.approx(value[-1], abs=0.01)
    assert run["volume"]["extraosseous_ul"] <= run["volume"]["cement_ul"]
    for leak in json.loads((folder / "events.json").read_text(encoding="utf-8"))["leaks"]:
        low, high = leak["peak_volume_interval_ul"]
        assert low <= leak["peak_volume_ul"] <= high
        assert 0 < leak["peak_fraction"] <= 1


def test_without_a_product_nothing_is_measured_and_the_run_says_so(case, tmp_path):
    table, run, _ = documents(case, tmp_path, {})
    assert np.isnan(table.numbers(NAMES[0])).all()
    assert run["volume"]["cement_ul"] is None
    assert "imaging.amount.cement" in run["volume"]["reason"]
    assert not any("no volume" in warning for warning in run["warnings"])


def test_what_was_asked_for_and_cannot_be_told_is_a_warning(case, tmp_path):
    _, run, _ = documents(case, tmp_path, {"cement": "baso4_30"})
    assert any(warning.startswith("no volume: the filtration") for warning in run["warnings"])
