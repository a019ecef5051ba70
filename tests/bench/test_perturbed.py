"""Positions of a machine that is off: none without cause, and less from the bone than from the isocentre."""

from __future__ import annotations

import numpy as np
import pytest

from leakwatch.bench.perturbed import Off, place, table

LEAKS = 40


def errors(off: Off) -> np.ndarray:
    placed = [place(off, np.random.default_rng([9, number])) for number in range(LEAKS)]
    assert None not in placed
    return np.array([[one.isocentre_mm, one.bone_mm, one.bone_stated_mm] for one in placed if one])


def test_a_machine_that_is_right_places_leaks_where_they_are() -> None:
    isocentre, bone, stated = errors(Off()).T
    assert isocentre.max() < 1e-6
    assert bone.max() < 1.0  # what a box's perspective puts its middle off by
    assert np.all(bone < stated)


def test_a_wrong_isocentre_moves_leak_and_bone_alike() -> None:
    isocentre, bone, _ = errors(Off(isocentre_mm=5.0)).T
    right = errors(Off())[:, 1]
    assert np.median(isocentre) > 1.5
    assert np.median(np.abs(bone - right)) < 0.3


@pytest.mark.slow
def test_from_the_bone_errors_stay_within_what_is_asked_of_them() -> None:
    isocentre, bone, stated = errors(Off(angle_deg=3.0, isocentre_mm=5.0, pointing_mm=0.5)).T
    assert np.median(bone) < 2.0 < np.median(isocentre)
    assert np.percentile(bone, 90) < 4.0
    assert np.mean(bone <= stated) > 0.8


def test_the_table_has_a_row_for_each_origin() -> None:
    lines = table([Off(), Off(angle_deg=2.0)], 3, 1).splitlines()
    assert [line.split("|")[4].strip() for line in lines[2:]] == ["3/3"] * 4
    assert [line.split("|")[5].strip() for line in lines[2:]] == ["isocentre", "bone", "isocentre", "bone"]
    assert lines[2].split("|")[6].strip() == "0.0 mm"
    assert lines[5].split("|")[1].strip() == "2°"


@pytest.mark.slow
def test_fitted_poses_bring_rays_together_that_were_not_fitted_to() -> None:
    off = Off(angle_deg=3.0, isocentre_mm=5.0, pointing_mm=0.5)
    placed = [one for number in range(LEAKS) if (one := place(off, np.random.default_rng([9, number])))]
    stated, fitted = (
        np.array([one.gap_stated_mm for one in placed]),
        np.array([one.gap_fitted_mm for one in placed]),
    )
    assert np.median(fitted) < 0.7 * np.median(stated)
    assert np.percentile(fitted, 90) < 0.7 * np.percentile(stated, 90)


def test_views_that_are_not_joined_are_counted_and_not_placed() -> None:
    broken = Off(angle_deg=40.0)
    lines = table([broken], 6, 1).splitlines()
    joined = int(lines[2].split("|")[4].split("/")[0])
    assert joined < 6
