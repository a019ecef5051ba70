"""Clicks as they are typed."""

from __future__ import annotations

import pytest

from leakwatch.cli.points import read_points
from leakwatch.errors import UsageError


def test_points_with_and_without_a_run() -> None:
    alone, named = read_points(["190,210.5", " 1.2.840.99:.5,-3 "])
    assert (alone.x, alone.y, alone.sop_instance_uid) == (190.0, 210.5, None)
    assert (named.x, named.y, named.sop_instance_uid) == (0.5, -3.0, "1.2.840.99")


@pytest.mark.parametrize("text", ["", "12", "1,2,3", "a,b", "1.2.3:4", "x1.2:3,4", "1;2", "nan,1", "1e3,4"])
def test_what_is_no_point_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a point"):
        read_points([text])
