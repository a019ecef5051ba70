"""A factor of the survey: something a case can differ in, with levels that come equally often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from leakwatch.nouns import Site

SPINE = frozenset({Site.VERTEBRA})
PELVIS = frozenset({Site.SACRUM})
HIP = frozenset({Site.FEMUR, Site.ACETABULUM})
ANYWHERE = SPINE | PELVIS | HIP


@dataclass(frozen=True, slots=True)
class Between:
    """A number drawn evenly between two bounds; evenly in its logarithm if `log`."""

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, slots=True)
class OfField:
    """A length stated as a share of the picture's width at the isocentre plane."""

    share: float


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the case, sections joined by dots, and its value: plain, `Between`, `OfField`, or nested."""

    key: str
    value: object


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a factor: what it sets, and in which bones it can be had."""

    label: str
    settings: tuple[Setting, ...] = ()
    sites: frozenset[Site] = ANYWHERE


@dataclass(frozen=True, slots=True)
class Factor:
    """What cases differ in; `leaking` factors are drawn for cases that leak alone."""

    name: str
    levels: tuple[Level, ...]
    leaking: bool = False


def level(
    label: str, settings: Mapping[str, object] | None = None, sites: frozenset[Site] = ANYWHERE
) -> Level:
    """Write a level."""
    return Level(label, tuple(Setting(key, value) for key, value in (settings or {}).items()), sites)


def each(name: str, key: str, *values: object, sites: frozenset[Site] = ANYWHERE) -> Factor:
    """Give a factor that sets one key to one of several values."""
    return Factor(name, tuple(Level(_word(value), (Setting(key, value),), sites) for value in values))


def spread(
    name: str, key: str, *edges: float, log: bool = False, sites: frozenset[Site] = ANYWHERE
) -> Factor:
    """Give a factor that draws one key from a range cut into strata at `edges`."""
    return Factor(
        name,
        tuple(
            Level(f"{low:g} to {high:g}", (Setting(key, Between(low, high, log)),), sites)
            for low, high in pairwise(edges)
        ),
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
