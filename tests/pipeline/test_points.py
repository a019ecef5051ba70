"""Clicks held against the runs they are meant for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from leakwatch.config.imaging import PointConfig
from leakwatch.errors import UsageError
from leakwatch.nouns import Outline, Run
from leakwatch.pipeline.points import check_points


def test_a_point_without_a_run_is_the_only_runs(make_run: Callable[..., Run]) -> None:
    assert check_points([PointConfig(x=3, y=4)], [make_run()], [()]) == ()


def test_several_runs_must_be_told_apart(make_run: Callable[..., Run]) -> None:
    runs = [make_run(sop_instance_uid="1.2"), make_run(sop_instance_uid="1.3")]
    with pytest.raises(UsageError, match="which of 2 runs"):
        check_points([PointConfig(x=3, y=4)], runs, [(), ()])
    assert check_points([PointConfig(x=3, y=4, sop_instance_uid="1.3")], runs, [(), ()]) == ()


def test_a_point_beside_the_picture_or_a_second_one_is_refused(make_run: Callable[..., Run]) -> None:
    run = make_run()
    with pytest.raises(UsageError, match="outside"):
        check_points([PointConfig(x=run.columns, y=4)], [run], [()])
    with pytest.raises(UsageError, match="second"):
        check_points([PointConfig(x=3, y=4), PointConfig(x=4, y=4)], [run], [()])


def test_points_that_change_nothing_are_said(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    run = make_run()
    (outlined,) = check_points([PointConfig(x=3, y=4)], [run], [(make_outline(),)])
    assert "changes nothing" in outlined
    (stranger,) = check_points([PointConfig(x=3, y=4, sop_instance_uid="1.2.9.9")], [run], [()])
    assert "belongs to none of the runs" in stranger
