"""The warnings of many runs, each said once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leakwatch.inspect.inspection import Cost, Entry
from leakwatch.nouns import Plane

_PAUSES = "the run pauses: the first frame after a pause gets no decision (gap)"
_ALONE = "the other plane is not among these files: leaks cannot be placed in space"
_VALUE = re.compile(r"'[^']*'|(?<![\w(,])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
"""A quoted or plain number in a sentence; not those of a tag, as in (0028,1040)."""


def own_costs(entry: Entry) -> tuple[str, ...]:
    """Give the sentences that a run's header alone does not owe."""
    found = [_PAUSES] if entry.pace.pauses else []
    halves = entry.run.plane is not Plane.SINGLE or bool(entry.run.partners)
    if halves and entry.partner is None:
        found.append(_ALONE)
    return tuple(found)


def fold_costs(entries: Sequence[Entry]) -> tuple[Cost, ...]:
    """Say the same of many runs once, what concerns most runs first.

    Sentences that differ in values only count as the same. Several causes of one cost in the same runs
    become one sentence: ``A is missing; B is missing: areas are in pixels only``.
    """
    alike: dict[str, dict[int, str]] = {}
    for entry in entries:
        for sentence in dict.fromkeys((*entry.run.warnings, *own_costs(entry))):
            alike.setdefault(_VALUE.sub("#", sentence), {}).setdefault(entry.number, sentence)
    joined: dict[tuple[tuple[int, ...], str], list[tuple[str, bool]]] = {}
    for said in alike.values():
        numbers = tuple(said)
        first = said[numbers[0]]
        cause, colon, cost = first.rpartition(": ")
        differ = len(set(said.values())) > 1
        # A sentence without a cost of its own is joined with none.
        key = cost if colon else f"\0{first}"
        joined.setdefault((numbers, key), []).append((cause if colon else "", differ))
    costs = [
        Cost(_join([cause for cause, _ in causes], key), numbers, any(differ for _, differ in causes))
        for (numbers, key), causes in joined.items()
    ]
    return tuple(sorted(costs, key=lambda cost: -len(cost.numbers)))


def _join(causes: Sequence[str], key: str) -> str:
    return key.removeprefix("\0") if key.startswith("\0") else f"{'; '.join(causes)}: {key}"
