"""The model's terms, its arithmetic, and the threshold that goes with a rate of false alarms."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.imaging.credence import (
    TERMS,
    LeakModel,
    Logistic,
    load_leak_model,
    log_odds,
    read_leak_model,
    terms_of,
    threshold_for,
)
from leakwatch.imaging.traits import Traits

SEEN = Traits(**{field.name: float(1 + k) for k, field in enumerate(fields(Traits))})
NOTHING = Traits(**{field.name: 0.0 for field in fields(Traits)})
COUNT = len(TERMS)
FLAT = Logistic(np.zeros(COUNT), np.ones(COUNT), np.zeros(COUNT), np.zeros(COUNT), 0.0)
MODEL = LeakModel(
    leak=FLAT,
    pool=FLAT,
    thresholds=np.array([2.0, 4.0, 8.0]),
    rates=np.array([0.4, 0.2, 0.05]),
)


def named(traits: Traits) -> dict[str, float]:
    return dict(zip(TERMS, terms_of(traits).tolist(), strict=True))


def test_terms_are_what_their_names_say() -> None:
    terms = named(SEEN)
    assert len(terms) == COUNT == 19
    for name, value in terms.items():
        if name.startswith("log "):
            assert value == pytest.approx(np.log(getattr(SEEN, name.removeprefix("log "))))
        elif name != "far":
            assert value == getattr(SEEN, name)
    # every trait is weighed, but for the nearest point, which says only whether it begins far off
    assert {name.removeprefix("log ") for name in terms} - {"far"} == {
        field.name for field in fields(Traits)
    } - {"nearest_mm"}


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("area_mm2", 0.3),
        ("reach_mm", 0.3),
        ("thickness_mm", 0.5),
        ("evidence", 1.0),
        ("slide_mm", 0.1),
        ("share", 1e-3),
        ("border_mm", 0.3),
        ("upset_mm2", 1.0),
        ("stray_mm", 0.05),
        ("age_s", 0.05),
        ("born_reach_mm", 0.3),
        ("origin_mm", 0.3),
    ],
)
def test_what_is_smaller_than_can_be_told_is_one(name: str, floor: float) -> None:
    term = f"log {name}"
    for small in (0.0, -1.0, 0.5 * floor, floor):
        assert named(replace(NOTHING, **{name: small}))[term] == pytest.approx(np.log(floor))
    assert named(replace(NOTHING, **{name: 3 * floor}))[term] == pytest.approx(np.log(3 * floor))


def test_far_is_what_begins_more_than_a_millimetre_and_a_half_away() -> None:
    assert named(replace(SEEN, nearest_mm=1.5))["far"] == 0.0
    assert named(replace(SEEN, nearest_mm=1.6))["far"] == 1.0


def test_log_odds_are_the_sum_of_terms_and_squares() -> None:
    mean, scale = np.full(COUNT, 0.5), np.full(COUNT, 2.0)
    weights, squares = np.zeros(COUNT), np.zeros(COUNT)
    weights[TERMS.index("attached")], weights[TERMS.index("log area_mm2")] = 3.0, 0.5
    squares[TERMS.index("log area_mm2")] = -0.25
    model = replace(FLAT, mean=mean, scale=scale, weights=weights, squares=squares, constant=-1.0)
    traits = replace(NOTHING, area_mm2=float(np.exp(2.5)), attached=1.0)
    # log area is (2.5 - 0.5) / 2 = 1 standardised, attached (1 - 0.5) / 2 = 0.25
    assert log_odds(traits, model) == pytest.approx(-1.0 + 0.5 * 1 - 0.25 * 1 + 3.0 * 0.25)


def test_no_term_says_more_than_three_standard_deviations() -> None:
    weights, squares = np.zeros(COUNT), np.zeros(COUNT)
    weights[TERMS.index("paired")], squares[TERMS.index("paired")] = 1.0, 0.1
    model = replace(FLAT, weights=weights, squares=squares)
    assert log_odds(replace(NOTHING, paired=50.0), model) == pytest.approx(3.0 + 0.9)
    assert log_odds(replace(NOTHING, paired=-50.0), model) == pytest.approx(-3.0 + 0.9)


@pytest.mark.parametrize(("rate", "threshold"), [(0.4, 2.0), (0.2, 4.0), (0.05, 8.0)])
def test_a_measured_rate_has_its_own_threshold(rate: float, threshold: float) -> None:
    assert threshold_for(rate, MODEL) == pytest.approx(threshold)


def test_between_measured_rates_the_lower_one_counts() -> None:
    assert threshold_for(0.1, MODEL) == 8.0
    assert threshold_for(0.39, MODEL) == 4.0


def test_beyond_the_lowest_rate_it_goes_on_with_the_mean_slope() -> None:
    # 6 of threshold for a factor of 8
    assert threshold_for(0.05 / 8, MODEL) == pytest.approx(14.0)
    assert threshold_for(0.05 * 0.999, MODEL) == pytest.approx(8.0, abs=0.01)


def test_whoever_bears_more_than_was_measured_gets_the_lowest_threshold() -> None:
    assert threshold_for(1.0, MODEL) == 2.0


@given(st.floats(1e-6, 1.0), st.floats(1e-6, 1.0))
def test_fewer_false_alarms_never_need_a_lower_threshold(one: float, two: float) -> None:
    fewer, more = sorted((one, two))
    assert threshold_for(fewer, MODEL) >= threshold_for(more, MODEL) - 1e-12


def terms(sign: int) -> dict[str, Any]:
    return {
        "constant": 0.5 * sign,
        "terms": [
            {"name": name, "mean": k, "scale": 1 + k, "weight": sign * k, "square": 0.1 * k}
            for k, name in enumerate(TERMS)
        ],
    }


def content() -> dict[str, Any]:
    return {
        "leak": terms(-1),
        "pool": terms(1),
        "calibration": [
            {"threshold": 1.0, "false_alarms_per_run": 0.5},
            {"threshold": 2.5, "false_alarms_per_run": 0.25},
        ],
    }


def test_a_model_is_read_term_by_term() -> None:
    model = read_leak_model(json.dumps(content()))
    for part, sign in ((model.leak, -1), (model.pool, 1)):
        assert part is not None
        np.testing.assert_array_equal(part.mean, np.arange(COUNT))
        np.testing.assert_array_equal(part.scale, 1 + np.arange(COUNT))
        np.testing.assert_array_equal(part.weights, sign * np.arange(COUNT))
        np.testing.assert_allclose(part.squares, 0.1 * np.arange(COUNT))
        assert part.constant == 0.5 * sign
    assert (model.thresholds.tolist(), model.rates.tolist()) == ([1, 2.5], [0.5, 0.25])


def test_a_model_may_leave_pools_to_the_network() -> None:
    assert read_leak_model(json.dumps(content() | {"pool": None})).pool is None


@pytest.mark.parametrize("part", ["leak", "pool"])
def test_a_model_of_other_terms_is_refused(part: str) -> None:
    missing, turned, other = content(), content(), content()
    del missing[part]["terms"][3]
    turned[part]["terms"][:2] = turned[part]["terms"][1::-1]
    other[part]["terms"][0]["name"] = "log volume_ul"
    for one in (missing, turned, other):
        with pytest.raises(ValueError, match="other terms"):
            read_leak_model(json.dumps(one))


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(1.0, 0.5)],
        [(1.0, 0.5), (2.0, 0.5)],
        [(1.0, 0.25), (2.0, 0.5)],
        [(2.0, 0.5), (1.0, 0.25)],
        [(1.0, 0.5), (2.0, 0.0)],
        [(1.0, 0.5), (2.0, float("nan"))],
    ],
)
def test_a_calibration_that_gives_no_threshold_is_refused(points: list[tuple[float, float]]) -> None:
    calibration = [{"threshold": level, "false_alarms_per_run": rate} for level, rate in points]
    with pytest.raises(ValueError, match="calibration"):
        read_leak_model(json.dumps(content() | {"calibration": calibration}))


@pytest.mark.parametrize("part", ["leak", "pool"])
def test_a_term_without_scale_is_refused(part: str) -> None:
    flat = content()
    flat[part]["terms"][4]["scale"] = 0
    with pytest.raises(ValueError, match="does not vary"):
        read_leak_model(json.dumps(flat))


def test_the_model_of_the_package_gives_odds_and_a_threshold() -> None:
    model, plain, weighs = load_leak_model("decides"), load_leak_model("draws"), load_leak_model("weighs")
    assert model.pool is None
    assert plain.pool is not None
    assert weighs.pool is not None
    for part in (model.leak, plain.leak, plain.pool, weighs.leak, weighs.pool):
        assert all(len(row) == COUNT for row in (part.mean, part.scale, part.weights, part.squares))
        assert np.isfinite([log_odds(SEEN, part), log_odds(NOTHING, part)]).all()
    for one in (model, plain, weighs):
        assert 0 < threshold_for(0.05, one) < threshold_for(0.01, one) < np.inf


def test_the_plain_model_does_not_weigh_what_no_network_says() -> None:
    plain = load_leak_model("off")
    assert plain.pool is not None
    for part in (plain.leak, plain.pool):
        for name in ("learned", "learned_most"):
            at = TERMS.index(name)
            assert part.weights[at] == part.squares[at] == 0
