"""Contours of RT structure sets on projections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from leakwatch.errors import OutlineError
from leakwatch.nouns import CArm, Run, Site
from leakwatch.outline.given import read_outlines

from .drawn_objects import contour, reference, structure_set

PIXELS = np.array([[10.0, 20.0], [30.0, 20.0], [30.0, 40.0]])
SPACING_MM = (0.4, 0.25)  # rows, columns
MM = np.column_stack([PIXELS * SPACING_MM[::-1], np.zeros(3)])


def test_millimetres_become_pixels_and_the_rule_is_said(make_run: Callable[..., Run], tmp_path: Path) -> None:
    path = structure_set(tmp_path / "rt.dcm", sacrum=contour(MM, reference(frame=4)))
    read = read_outlines(
        path, [make_run(sop_instance_uid="1.2.3", geometry=CArm(imager_spacing_mm=SPACING_MM))]
    )
    (outline,) = read.outlines
    np.testing.assert_allclose(outline.polygon_xy_px, PIXELS)
    assert (outline.frame, outline.label, outline.site) == (3, "sacrum", Site.SACRUM)
    assert len(read.warnings) == 1
    assert "Imager Pixel Spacing (0018,1164)" in read.warnings[0]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (contour(MM, None), r"names no picture .*\(3006,0016\)"),
        (contour(MM, reference(), "OPEN_PLANAR"), "'OPEN_PLANAR'; CLOSED_PLANAR is read"),
        (contour(MM.ravel()[:8], reference()), "are no points"),
    ],
)
def test_what_is_no_closed_contour_on_a_picture_is_refused(
    one: Dataset, why: str, make_run: Callable[..., Run], tmp_path: Path
) -> None:
    path = structure_set(tmp_path / "rt.dcm", L3=one)
    with pytest.raises(OutlineError, match=why) as caught:
        read_outlines(path, [make_run(sop_instance_uid="1.2.3", geometry=CArm(imager_spacing_mm=SPACING_MM))])
    assert str(caught.value).startswith(f"{path}: a contour of 'L3'")


def test_a_run_without_spacing_has_no_millimetres(make_run: Callable[..., Run], tmp_path: Path) -> None:
    path = structure_set(tmp_path / "rt.dcm", L3=contour(MM, reference()))
    with pytest.raises(OutlineError, match=r"states no Imager Pixel Spacing \(0018,1164\)"):
        read_outlines(path, [make_run(sop_instance_uid="1.2.3", geometry=CArm())])
