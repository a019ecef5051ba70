"""The needle is moved, drawn back, pushed on, withdrawn; another one comes."""

from __future__ import annotations

import pytest

from .trial import hold_found, hold_quiet

pytestmark = pytest.mark.slow
PUSHED = "needle pushed through the bone"
NAMES = (
    "needle drawn back",
    "needle pushed on",
    PUSHED,
    "needle comes later",
    "second needle beside the bone",
)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_no_leak(name: str) -> None:
    hold_quiet(name)


@pytest.mark.parametrize("name", [name for name in NAMES if name != PUSHED])
def test_a_leak_after_it_is_found(name: str) -> None:
    hold_found(name)


@pytest.mark.xfail(
    reason="where the leak runs along the needle that came through, it is hidden: 1 of 8 missed"
)
def test_a_leak_beside_a_needle_that_came_through_is_found() -> None:
    hold_found(PUSHED)


def test_a_needle_that_is_withdrawn_is_no_leak() -> None:
    """Nothing flows without it: there is no leak to be found after that."""
    hold_quiet("needle withdrawn")
