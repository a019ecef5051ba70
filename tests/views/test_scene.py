"""Bone and needle in space, from what two views show of a box and a point that are known."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import xy_px_from_lps
from leakwatch.nouns import AnalysedRun, CArm, Outline, Run, RunSummary
from leakwatch.nouns.summary import SeenNeedle
from leakwatch.views.fit import Fit
from leakwatch.views.scene import lay_out

FIT = Fit(None)
CENTRE = np.array([6.0, -4.0, 9.0])
HALF = np.array([22.0, 16.0, 13.0])
TIP = (3.0, -2.0, 7.0)
CORNERS = CENTRE + HALF * np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
See = Callable[[float], AnalysedRun]


def needle(x: float, y: float) -> SeenNeedle:
    return SeenNeedle((x, y), (1.0, 0.0), 3.0)


@pytest.fixture
def see(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_outline: Callable[..., Outline],
) -> See:
    """The box, as an outline around all its corners, and the tip, seen at a primary angle."""

    def look(primary_deg: float) -> AnalysedRun:
        geometry = CArm(primary_deg, 0.0, 1100.0, 720.0, (0.4, 0.4))
        run = make_run(sop_instance_uid=f"1.{primary_deg:g}", rows=384, columns=384, geometry=geometry)
        x, y = xy_px_from_lps(CORNERS, geometry, 384, 384).T
        outline = make_outline(
            sop_instance_uid=run.sop_instance_uid,
            polygon_xy_px=np.array(
                [[x.min(), y.min()], [x.max(), y.min()], [x.max(), y.max()], [x.min(), y.max()]]
            ),
        )
        u, v = xy_px_from_lps(TIP, geometry, 384, 384)
        summary = RunSummary((), needles=(needle(float(u), float(v)),))
        return make_analysed(run, outlines=(outline,), summary=summary)

    return look


@pytest.mark.parametrize("second_deg", [90.0, -90.0, 60.0])
def test_box_and_tip_are_found_again(see: See, second_deg: float) -> None:
    scene = lay_out(see(0.0), see(second_deg), FIT, ViewsConfig())
    assert scene.bone is not None
    # the outline goes round the nearest corners, which are seen a little larger than the middle
    assert scene.bone.centre_mm_lps == pytest.approx(CENTRE, abs=0.7)
    assert scene.bone.half_mm == pytest.approx(HALF, abs=1.2)
    assert [np.argmax(np.abs(axis)) for axis in scene.bone.axes_lps] == [0, 1, 2]
    assert scene.bone.axes_lps[2] == pytest.approx((0.0, 0.0, 1.0), abs=1e-9)
    assert scene.tip is not None
    assert scene.tip.mm_lps == pytest.approx(TIP, abs=1e-6)
    assert 0 < scene.tip.error_mm < 1.0


def test_what_cannot_be_found_is_said(see: See) -> None:
    a, b = see(0.0), see(90.0)
    assert "exactly one outline" in lay_out(replace(a, outlines=()), b, FIT, ViewsConfig()).bone_reason
    assert "degrees apart" in lay_out(a, see(3.0), FIT, ViewsConfig()).bone_reason
    assert "does not look across" in lay_out(a, see(12.0), FIT, ViewsConfig()).bone_reason
    (wide,) = a.outlines
    wide = replace(wide, polygon_xy_px=(wide.polygon_xy_px - 191.5) * [3.0, 1.0] + 191.5)
    assert "no box" in lay_out(replace(a, outlines=(wide,)), see(40.0), FIT, ViewsConfig()).bone_reason
    blind = replace(b, summary=RunSummary(()))
    assert (
        lay_out(a, blind, FIT, ViewsConfig()).tip_reason
        == "no needle was found on the first frame of one view"
    )
    assert lay_out(blind, blind, FIT, ViewsConfig()).tip_reason.endswith("either view")
    x, y = b.summary.needles[0].tip_xy_px
    off = replace(b, summary=RunSummary((), needles=(needle(x, y + 40.0),)))
    assert "miss each other by" in lay_out(a, off, FIT, ViewsConfig()).tip_reason
    unstated = replace(b, run=replace(b.run, geometry=CArm()))
    scene = lay_out(a, unstated, FIT, ViewsConfig())
    assert (scene.bone, scene.tip) == (None, None)
    assert "not stated" in scene.bone_reason
    assert "not stated" in scene.tip_reason


def test_outlines_of_two_bones_are_told(see: See) -> None:
    a, b = see(0.0), see(90.0)
    (level,) = b.outlines
    for off_mm, told in ((5.0, False), (-30.0, True)):
        moved = replace(level, polygon_xy_px=np.add(level.polygon_xy_px, (0.0, off_mm / 0.26)))
        scene = lay_out(a, replace(b, outlines=(moved,)), FIT, ViewsConfig())
        assert (scene.bone is None) == told
        assert ("one is of another bone" in scene.warning) == told
    assert str(a.run.paths[0]) in scene.warning
    assert scene.bone_reason in scene.warning


def test_of_several_needles_those_count_that_fit(see: See) -> None:
    a, b = see(0.0), see(90.0)
    more = replace(a, summary=RunSummary((), needles=(needle(40.0, 300.0), *a.summary.needles)))
    tip = lay_out(more, b, FIT, ViewsConfig()).tip
    assert tip is not None
    assert tip.mm_lps == pytest.approx(TIP, abs=1e-6)
