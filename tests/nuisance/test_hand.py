"""A hand or a syringe comes over the border, and goes again."""

from __future__ import annotations

import pytest

from leakwatch.nouns import Reason

from .trial import hold_found, hold_quiet

pytestmark = pytest.mark.slow
NAMES = (
    "hand at the border",
    "hand over the bone",
    "syringe at the border",
    "syringe over the bone",
)


@pytest.mark.parametrize("name", ["hand over the bone", "syringe over the bone"])
def test_it_is_named_while_it_covers_the_bone(name: str) -> None:
    for run in hold_quiet(name):
        assert run.undecided().count(Reason.OBJECT) >= 5


@pytest.mark.parametrize("name", ["hand at the border", "syringe at the border"])
def test_at_the_border_it_leaves_the_run_decided(name: str) -> None:
    for run in hold_quiet(name):
        assert set(run.undecided()) <= {Reason.SETTLING}


@pytest.mark.parametrize("name", NAMES)
def test_a_leak_after_it_is_found(name: str) -> None:
    hold_found(name)
