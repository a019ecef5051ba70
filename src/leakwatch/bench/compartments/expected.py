"""Which answers are right for a way out that was simulated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from leakwatch.imaging.compartment.names import (
    CANAL_OR_FORAMEN,
    DISC_INFERIOR,
    DISC_SUPERIOR,
    NEEDLE_TRACK,
    PARAVERTEBRAL,
    PRESACRAL,
    PREVERTEBRAL,
)
from leakwatch.nouns import Site
from leakwatch.simulate.config.injection import LeakKind

_PLACES: dict[tuple[Site, LeakKind], frozenset[str]] = {
    (Site.VERTEBRA, LeakKind.LATERAL): frozenset({PARAVERTEBRAL}),
    (Site.VERTEBRA, LeakKind.ANTERIOR): frozenset({PREVERTEBRAL}),
    (Site.VERTEBRA, LeakKind.POSTERIOR): frozenset({CANAL_OR_FORAMEN}),
    (Site.VERTEBRA, LeakKind.EPIDURAL): frozenset({CANAL_OR_FORAMEN}),
    (Site.VERTEBRA, LeakKind.FORAMINAL): frozenset({CANAL_OR_FORAMEN}),
    # segmental veins run round the body's side to its front
    (Site.VERTEBRA, LeakKind.VEIN): frozenset({PARAVERTEBRAL, PREVERTEBRAL}),
    (Site.SACRUM, LeakKind.PRESACRAL): frozenset({PRESACRAL}),
    (Site.SACRUM, LeakKind.VEIN): frozenset({PRESACRAL}),
    (Site.SACRUM, LeakKind.DISC): frozenset({DISC_SUPERIOR}),
}
_TYPES = {
    LeakKind.LATERAL: "C",
    LeakKind.ANTERIOR: "C",
    LeakKind.POSTERIOR: "C",
    LeakKind.FORAMINAL: "C",
    LeakKind.DISC: "C",
    LeakKind.EPIDURAL: "B",
    LeakKind.VEIN: "S",
}


class Grade(StrEnum):
    """What became of one answer."""

    RIGHT = "right"
    WRONG = "wrong"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Truth:
    """The bone and the way out of one case.

    `headward` is whether what leaked lies towards the head of where it left the bone.
    """

    site: Site
    kind: LeakKind
    headward: bool


def read_truth(path: Path) -> Truth:
    """Read a leaking case's truth/case.json."""
    content = json.loads(path.read_text(encoding="utf-8"))
    headward = content["leak_centroid_mm_lps"][2] > content["breach_mm_lps"][2]
    return Truth(Site(content["site"]), LeakKind(content["leak"]), bool(headward))


def grade_place(answer: str | None, truth: Truth) -> Grade:
    """Grade a compartment."""
    if answer is None:
        return Grade.NULL
    return Grade.RIGHT if answer in _right_places(truth) else Grade.WRONG


def grade_type(answer: str | None, truth: Truth) -> Grade:
    """Grade a type of Yeom's; any answer where there is none is wrong."""
    if answer is None:
        return Grade.NULL
    right = _TYPES.get(truth.kind) if truth.site is Site.VERTEBRA else None
    return Grade.RIGHT if answer == right else Grade.WRONG


def _right_places(truth: Truth) -> frozenset[str]:
    if truth.kind is LeakKind.NEEDLE_TRACK:
        return frozenset({NEEDLE_TRACK})
    if truth.kind is LeakKind.DISC and truth.site is Site.VERTEBRA:
        return frozenset({DISC_SUPERIOR if truth.headward else DISC_INFERIOR})
    return _PLACES.get((truth.site, truth.kind), frozenset())
