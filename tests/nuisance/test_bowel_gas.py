"""A pocket of gas is squeezed along the bowel."""

from __future__ import annotations

import pytest

from .trial import hold_found, hold_quiet

pytestmark = pytest.mark.slow
NAMES = ("moving bowel gas",)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_no_leak(name: str) -> None:
    hold_quiet(name)


@pytest.mark.xfail(
    reason="gas that has left keeps its place too uncertain: in AP every leak is missed, 4 of 8"
)
@pytest.mark.parametrize("name", NAMES)
def test_a_leak_after_it_is_found(name: str) -> None:
    hold_found(name)
