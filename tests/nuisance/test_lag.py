"""The detector lags and a recursive filter smears the frames over time."""

from __future__ import annotations

import pytest

from .trial import hold_found, hold_quiet

pytestmark = pytest.mark.slow
NAMES = ("lag and recursive filter",)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_no_leak(name: str) -> None:
    hold_quiet(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_leak_after_it_is_found(name: str) -> None:
    hold_found(name)
