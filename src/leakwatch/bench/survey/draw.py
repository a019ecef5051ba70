"""Draw the cases of a survey: every case another one, every level of a factor equally often."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leakwatch.bench.survey.factor import Between, Level, OfField
from leakwatch.bench.survey.factors import FACTORS
from leakwatch.bench.survey.ways import ANATOMIES, WAYS, Way
from leakwatch.simulate.config.case import CaseSection

_RUN_S = 8.0
_CEMENT_S = Between(2.1, 2.5)
_LEAK_AFTER_S = Between(1.5, 2.2)
# Streams of the generator that are not a factor's own.
_LEAKING, _WAY_OUT, _WAY_KEPT, _VALUES, _SIMULATION = range(5)
_FIRST_FACTOR = 16
_AXIAL_RATIO = 1100.0 / 720.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """The level of one factor that a case has."""

    factor: str
    level: str


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """A case of the survey: its description, the seed to simulate it with, and what was chosen."""

    index: int
    case: CaseSection
    simulation_seed: int
    site: str
    way: str
    """How cement leaves; empty for a case without a leak."""
    chosen: tuple[Chosen, ...]


def draw_case(index: int, seed: int) -> CaseSection:
    """Give the description of case `index` of survey `seed`; the same two give the same case."""
    return draw(index, seed).case


def draw(index: int, seed: int) -> DrawnCase:
    """Draw case `index` of survey `seed`.

    Of two neighbours, 2 n and 2 n + 1, one leaks. Leaks go through all ways out of all bones, and so do the
    bones of the cases that do not leak; each factor goes through its levels in a new order every time.
    """
    leaking = _turn(index, 2, seed, _LEAKING) == 0
    pair = index // 2
    way = WAYS[_turn(pair, len(WAYS), seed, _WAY_OUT if leaking else _WAY_KEPT)]
    levels = _levels(index, seed, way, leaking)
    values = np.random.default_rng([seed, _VALUES, index])
    settings = [*ANATOMIES[way.site], *(setting for _, level in levels for setting in level.settings)]
    if leaking:
        settings += way.settings
    keys = {setting.key: setting.value for setting in settings}
    case = CaseSection.model_validate(_description(index, keys, way if leaking else None, values))
    simulation_seed = int(np.random.default_rng([seed, _SIMULATION, index]).integers(2**31))
    chosen = tuple(Chosen(name, level.label) for name, level in levels)
    return DrawnCase(index, case, simulation_seed, way.site.value, way.label if leaking else "", chosen)


def draw_leaking(cases: int, seed: int, done: Collection[int]) -> Iterator[DrawnCase]:
    """Draw so many cases, and give those that leak and whose index is not among `done`."""
    for index in range(cases):
        drawn = draw(index, seed)
        if drawn.way and index not in done:
            yield drawn


def _turn(index: int, count: int, seed: int, stream: int) -> int:
    """Whose turn it is: each of `count` once in every `count` cases, in a new order every time."""
    order = np.random.default_rng([seed, stream, index // count]).permutation(count)
    return int(order[index % count])


def _levels(index: int, seed: int, way: Way, leaking: bool) -> list[tuple[str, Level]]:
    """Level of every factor that this bone has; where the one whose turn it is does not fit, the next."""
    found = []
    for number, factor in enumerate(FACTORS):
        fitting = [level for level in factor.levels if way.site in level.sites]
        if not fitting or (factor.leaking and not leaking):
            continue
        turn = _turn(index, len(factor.levels), seed, _FIRST_FACTOR + number)
        after = factor.levels[turn:] + factor.levels[:turn]
        found.append((factor.name, next(level for level in after if way.site in level.sites)))
    return found


def _description(
    index: int, keys: dict[str, Any], way: Way | None, values: np.random.Generator
) -> dict[str, Any]:
    """Give what `CaseSection` reads: the survey's own keys worked out, numbers drawn."""
    run_s, turn_s = keys.pop("run_s", _RUN_S), keys.pop("turn_s", None)
    field_mm, late_s = _drawn(keys.pop("field_mm"), 0.0, values), keys.pop("late_s", 0.0)
    flow = _drawn(keys.pop("flow", 1.0), field_mm, values)
    keys["machine.imager_spacing_mm"] = round(field_mm / keys["machine.columns"] * _AXIAL_RATIO, 4)
    keys["machine.frames"] = round(run_s * keys["machine.frames_per_s"])
    if turn_s is not None:
        first, second = keys["machine.views"]
        keys["machine.views"] = [first, second | {"start_s": turn_s}]
    start_s = late_s + _drawn(_CEMENT_S, field_mm, values)
    leak_s = start_s + _drawn(_LEAK_AFTER_S, field_mm, values)
    keys["cement.start_s"] = round(start_s, 2)
    content: dict[str, Any] = {"name": f"case-{index:04d}"}
    if way is not None:
        keys["leak.kind"] = way.kind
        keys["leak.start_s"] = round(leak_s, 2)
        keys["leak.rate_ml_per_min"] = round(flow * way.rate_ml_per_min, 2)
    for key, value in keys.items():
        _lay(content, key.split("."), _drawn(value, field_mm, values))
    return content


def _lay(content: dict[str, Any], path: Sequence[str], value: object) -> None:
    for section in path[:-1]:
        content = content.setdefault(section, {})
    content[path[-1]] = value


# What stands in the table may be nested as deep as a section is.
def _drawn(value: Any, field_mm: float, values: np.random.Generator) -> Any:
    match value:
        case Between(low, high, log):
            bounds = (np.log(low), np.log(high)) if log else (low, high)
            number = float(values.uniform(*bounds))
            return float(f"{np.exp(number) if log else number:.4g}")
        case OfField(share):
            return round(share * field_mm, 2)
        case dict():
            return {key: _drawn(inner, field_mm, values) for key, inner in value.items()}
        case list():
            return [_drawn(inner, field_mm, values) for inner in value]
    return value
