"""How far the traits of a leak candidate speak for a leak: log odds, and the threshold that goes with them.

The model is a logistic regression on a few terms and their squares, so that anybody can read from its weights
why a piece was believed. It was fitted to simulated recordings (`leakwatch.bench.leak_model`), and comes with
the package as ``leak_model.json``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import NetworkRole
from leakwatch.imaging.traits import Traits

_FLOORS = {
    "area_mm2": 0.3,
    "reach_mm": 0.3,
    "thickness_mm": 0.5,
    "evidence": 1.0,
    "slide_mm": 0.1,
    "share": 1e-3,
    "border_mm": 0.3,
    "upset_mm2": 1.0,
    "stray_mm": 0.05,
    "age_s": 0.05,
    "born_reach_mm": 0.3,
    "origin_mm": 0.3,
}
"""Traits that the model sees as logarithms, and the values below which they are not told apart."""
_FAR_MM = 1.5
TERMS = (
    *(f"log {name}" for name in _FLOORS),
    "attached",
    "far",
    "paired",
    "filled",
    "washed",
    "learned",
    "learned_most",
)
"""What a model can weigh, in this order; ``far`` is 1 for what begins more than 1.5 mm from the outline."""
_FARTHEST = 3.0  # standard deviations: beyond, a term says no more


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted regression.

    Attributes
    ----------
    mean, scale
        (terms,) of the terms in the recordings it was fitted to.
    weights, squares
        (terms,) of the standardised terms, and of their squares.
    constant
        Log odds of what is like the mean.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    squares: NDArray[np.float64]
    constant: float


@dataclass(frozen=True, slots=True)
class LeakModel:
    """What the package has learned.

    Attributes
    ----------
    leak
        How far a piece outside the bone is a leak.
    pool
        How far one inside is cement; None where the network says so itself.
    thresholds, rates
        (n,) thresholds of the summed evidence, rising, and how many false alarms a run had with each.
    """

    leak: Logistic
    pool: Logistic | None
    thresholds: NDArray[np.float64]
    rates: NDArray[np.float64]


def terms_of(traits: Traits) -> NDArray[np.float64]:
    """Turn traits into `TERMS`."""
    logs = [float(np.log(max(getattr(traits, name), floor))) for name, floor in _FLOORS.items()]
    far = float(traits.nearest_mm > _FAR_MM)
    return np.array(
        [
            *logs,
            traits.attached,
            far,
            traits.paired,
            traits.filled,
            traits.washed,
            traits.learned,
            traits.learned_most,
        ]
    )


def standardised(
    terms: NDArray[np.float64], mean: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Terms (..., n) in standard deviations from their mean, at most 3."""
    return np.clip((terms - mean) / scale, -_FARTHEST, _FARTHEST)


def log_odds(traits: Traits, model: Logistic) -> float:
    """Natural logarithm of the odds that the piece is what the model was fitted to."""
    terms = standardised(terms_of(traits), model.mean, model.scale)
    return float(terms @ model.weights + terms**2 @ model.squares + model.constant)


def threshold_for(false_alarms_per_run: float, model: LeakModel) -> float:
    """Threshold of the summed evidence that keeps false alarms at this rate.

    The lowest one whose rate is no higher. Below the lowest rate that could be counted, thresholds go on with
    the mean slope of the logarithm of the rate.
    """
    kept = np.flatnonzero(model.rates <= false_alarms_per_run * (1 + 1e-9))
    if len(kept):
        return float(model.thresholds[kept[0]])
    slope = (model.thresholds[-1] - model.thresholds[0]) / float(np.log(model.rates[0] / model.rates[-1]))
    return float(model.thresholds[-1] + slope * np.log(model.rates[-1] / false_alarms_per_run))


def load_leak_model(network: NetworkRole) -> LeakModel:
    """Load the model that goes with what the network is for; all come with the package."""
    file = resources.files("leakwatch.imaging") / leak_model_file(network)
    return read_leak_model(file.read_text("utf-8"))


def leak_model_file(network: NetworkRole) -> str:
    """Name of the model's file: whether the network draws is nothing to it."""
    return {"decides": "leak_model.json", "weighs": "leak_model_weighs.json"}.get(
        network, "leak_model_plain.json"
    )


def read_leak_model(text: str) -> LeakModel:
    """Read a model from the text of its file.

    Raises
    ------
    ValueError
        It was fitted to other terms, or its calibration gives no threshold: two points at least, thresholds
        rising and rates falling.
    """
    content = json.loads(text)
    points = content["calibration"]
    model = LeakModel(
        leak=_logistic(content["leak"]),
        pool=None if content["pool"] is None else _logistic(content["pool"]),
        thresholds=np.array([point["threshold"] for point in points], np.float64),
        rates=np.array([point["false_alarms_per_run"] for point in points], np.float64),
    )
    # a threshold that is not a number would never be reached, and nobody would know
    if not (
        len(points) >= 2
        and np.all(np.diff(model.thresholds) > 0)
        and np.all(np.diff(model.rates) < 0)
        and model.rates[-1] > 0
    ):
        msg = "the calibration in leak_model.json does not say which threshold keeps which rate"
        raise ValueError(msg)
    return model


def _logistic(content: dict[str, Any]) -> Logistic:
    terms = content["terms"]
    if tuple(term["name"] for term in terms) != TERMS:
        msg = "leak_model.json was fitted to other terms than this version measures"
        raise ValueError(msg)
    columns = {
        key: np.array([term[key] for term in terms], np.float64)
        for key in ("mean", "scale", "weight", "square")
    }
    if not np.all(columns["scale"] > 0):
        msg = "leak_model.json has a term that does not vary: its scale is 0"
        raise ValueError(msg)
    return Logistic(
        mean=columns["mean"],
        scale=columns["scale"],
        weights=columns["weight"],
        squares=columns["square"],
        constant=float(content["constant"]),
    )
