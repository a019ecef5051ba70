from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.network.planes import (
    GRID_MM,
    MULTIPLE,
    PLANES,
    Looked,
    grid_shape,
    onto_canvas,
    onto_grid,
    planes_of,
)
from leakwatch.imaging.network.trend import Trend

from ..pictures import box, make_canvas, noise, texture

SHAPE = (120, 130)
CANVAS = make_canvas(rows=SHAPE[0], columns=SHAPE[1])
BONE = box(SHAPE, (30, 90), (40, 100))


def looked(gain: float = 1.0) -> Looked:
    contrast = np.float32(gain) * noise(SHAPE, 0.02, 1)
    sigma = np.full(SHAPE, gain * 0.03, np.float32)
    return Looked(
        Evidence(contrast, sigma, gain * 0.02),
        np.float32(gain) * noise(SHAPE, 0.02, 2),
        Trend(contrast, np.abs(contrast)),
        np.float32(gain) * texture(SHAPE, Pose(), CANVAS.pivot, 3),
        distance_outside(BONE),
        BONE,
        box(SHAPE, (50, 54), (0, 60)),
        np.ones(SHAPE, np.bool_),
        2.0,
    )


@settings(max_examples=10)
@given(st.floats(0.01, 100.0))
def test_no_gain_changes_them(gain: float) -> None:
    np.testing.assert_allclose(planes_of(looked(gain), CANVAS), planes_of(looked(), CANVAS), atol=2e-4)


@pytest.mark.parametrize(("pixel_mm", "rows", "columns"), [(0.28, 201, 333), (0.5, 64, 64), (0.8, 77, 50)])
def test_they_lie_on_the_grid_filled_up(pixel_mm: float, rows: int, columns: int) -> None:
    canvas = replace(make_canvas(rows=rows, columns=columns), pixel_mm=pixel_mm)
    grid = onto_grid(np.ones((rows, columns), np.float32), canvas)
    assert grid.shape[0] % MULTIPLE == grid.shape[1] % MULTIPLE == 0
    full = grid_shape(canvas)
    assert full[0] * GRID_MM == pytest.approx(rows * pixel_mm, abs=GRID_MM)
    assert full[1] * GRID_MM == pytest.approx(columns * pixel_mm, abs=GRID_MM)
    np.testing.assert_allclose(grid[: full[0], : full[1]], 1, rtol=1e-5)
    assert np.count_nonzero(grid) == full[0] * full[1]


@pytest.mark.parametrize("pixel_mm", [0.25, 0.5, 0.8])
def test_what_is_smooth_comes_back_from_the_grid(pixel_mm: float) -> None:
    canvas = replace(make_canvas(rows=150, columns=170), pixel_mm=pixel_mm)
    y, x = np.indices((150, 170), np.float32)
    plane = np.sin(x / 15) * np.cos(y / 12)
    np.testing.assert_allclose(onto_canvas(onto_grid(plane, canvas), canvas), plane, atol=0.05)


def test_every_plane_has_its_name_and_says_what_it_should() -> None:
    planes = dict(zip(PLANES, planes_of(looked(), replace(CANVAS, pixel_mm=GRID_MM)), strict=True))
    rows, columns = SHAPE
    inside = np.zeros_like(planes["outside"], np.bool_)
    inside[:rows, :columns] = BONE
    assert (planes["outside"][inside] < 0).all()
    assert (planes["outside"][:rows, :columns][~BONE] > 0).all()
    assert planes["metal"].sum() == pytest.approx(4 * 60)
    assert planes["from_metal"][52, 30] == 0
    assert planes["judged"][:rows, :columns] == pytest.approx(0.4)


def test_where_there_is_no_picture_nothing_is_said_of_it() -> None:
    open_ = box(SHAPE, (0, 120), (0, 65))
    planes = dict(zip(PLANES, planes_of(replace(looked(), open_=open_), CANVAS), strict=True))
    shut = ~(onto_grid(open_.astype(np.float32), CANVAS) > 0)
    for name in ("contrast", "evidence", "memory", "level", "unrest", "reference", "open"):
        assert not planes[name][shut].any()


def test_lead_beside_it_does_not_change_the_anatomy() -> None:
    """Behind a blade the reference is whatever the lead left there."""
    open_ = box(SHAPE, (0, 120), (0, 100))
    seen = replace(looked(), open_=open_)
    reference = seen.reference.copy()
    reference[~open_] += 4.0
    bare, leaded = (planes_of(one, CANVAS) for one in (seen, replace(seen, reference=reference)))
    np.testing.assert_allclose(leaded, bare, atol=1e-6)


def test_without_metal_it_is_far() -> None:
    none = replace(looked(), metal=np.zeros(SHAPE, np.bool_))
    planes = dict(zip(PLANES, planes_of(none, replace(CANVAS, pixel_mm=GRID_MM)), strict=True))
    assert (planes["from_metal"][: SHAPE[0], : SHAPE[1]] == 2.0).all()
