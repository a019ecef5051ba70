"""Tables of how well the treated bone is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from leakwatch.bench.bone.draw import Direction
from leakwatch.bench.bone.examine import Examined
from leakwatch.bench.intervals import share
from leakwatch.nouns import Site

_EDGES = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
_SIGMAS = (1.0, 2.0)


def is_taken(one: Examined, least: float) -> bool:
    """Whether leakwatch would take this outline; of two bones that may be it, it takes none."""
    return one.found is not None and one.found.confidence >= least and not one.found.rival


def views_table(ways: Mapping[str, Sequence[Examined]], least: float) -> str:
    """Say per direction and site how good the outlines are that are taken, and how many are not."""
    rows = ["| | views | taken | Dice median | Dice lowest tenth | edge off, median mm | wrong place |"]
    rows.append("|---|---|---|---|---|---|---|")
    for way, examined in ways.items():
        for direction in Direction:
            spine = [one for one in examined if _is(one, direction, spine=True)]
            rows.append(_row(f"vertebra, {direction.value}, {way}", spine, least))
        others = [one for one in examined if one.view.site != Site.VERTEBRA]
        rows += [
            _row(f"{site.value}, {way}", [one for one in others if one.view.site == site], least)
            for site in (Site.SACRUM, Site.FEMUR, Site.ACETABULUM)
        ]
        rows.append(_row(f"all, {way}", examined, least))
    return "\n".join(row for row in rows if row) + "\n"


def reliability_table(examined: Sequence[Examined]) -> str:
    """Hold the Dice that was stated against the Dice that came true."""
    rows = ["| stated | views | mean stated | mean true |", "|---|---|---|---|"]
    pairs = [(one.found.confidence, one.dice) for one in examined if one.found is not None]
    for low, high in pairwise(_EDGES):
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            stated, true = np.mean(inside, axis=0)
            rows.append(f"| {low:g} to {high:g} | {len(inside)} | {stated:.2f} | {true:.2f} |")
    return "\n".join(rows) + "\n"


def sharpness_table(examined: Sequence[Examined], least: float) -> str:
    """Say how much of the outlines lies within the errors that are stated along them."""
    taken = [one for one in examined if is_taken(one, least)]
    shares = []
    for sigmas in _SIGMAS:
        within = [
            float(np.mean(one.errors_mm <= sigmas * one.found.error_mm))
            for one in taken
            if one.found is not None
        ]
        shares.append(f"| {sigmas:g} | {np.mean(within):.0%} |" if within else f"| {sigmas:g} | |")
    return "\n".join(["| stated standard deviations | of the outline within |", "|---|---|", *shares]) + "\n"


def _is(one: Examined, direction: Direction, *, spine: bool) -> bool:
    return one.view.direction == direction and (one.view.site == Site.VERTEBRA) == spine


def _row(name: str, examined: Sequence[Examined], least: float) -> str:
    if not examined:
        return ""
    taken = [one for one in examined if is_taken(one, least)]
    left_out = f"| {name} | {len(examined)} | {len(taken)} ({len(taken) / len(examined):.0%}) |"
    if not taken:
        return f"{left_out} | | | |"
    dice = [one.dice for one in taken]
    off = [float(one.errors_mm.mean()) for one in taken]
    wrong = sum(one.elsewhere for one in taken)
    interval = share(wrong, len(taken))
    return (
        f"{left_out} {np.median(dice):.3f} | {np.percentile(dice, 10):.3f} | {np.median(off):.2f} | "
        f"{wrong}/{len(taken)} ({interval.low:.0%} to {interval.high:.0%}) |"
    )
