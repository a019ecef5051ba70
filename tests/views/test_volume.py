"""Volumes of a ball of cement that two views see: no scale of either view matters."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from leakwatch.geometry import ray_lps_from_xy_px
from leakwatch.nouns import (
    AnalysedRun,
    Calibration,
    CArm,
    CementShadow,
    Outline,
    PoseError,
    Run,
    RunSummary,
)
from leakwatch.views.volume import FILL, CementVolume, cement_volume

SIDE = 320
RADIUS_MM = 8.0
BALL_UL = 4 / 3 * np.pi * RADIUS_MM**3
# Of a ball of radius 1: the 95th percentile of its chords beyond a tenth of the longest, and the median width
# (at three tenths of that) of the slices with half or more of the largest area.
DARK = 2 * np.sqrt(1 - 0.05 * (1 - 0.1**2))
WIDE = 2 * np.sqrt(1 - 0.3**2 - 0.5 / 4)
TOLD = FILL * WIDE / DARK
See = Callable[..., AnalysedRun]


@pytest.fixture
def see(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_outline: Callable[..., Outline],
) -> See:
    """A ball, or an ellipsoid, as a view at an angle shows it; `gain` is what a millimetre of cement adds."""

    def look(
        primary_deg: float,
        *,
        gain: float = 0.05,
        centre: tuple[float, float, float] = (3.0, -4.0, 6.0),
        stretch: tuple[float, float, float] = (1.0, 1.0, 1.0),
        secondary_deg: float = 0.0,
        imager_mm: tuple[float, float] = (0.3, 0.3),
        error: PoseError | None = None,
    ) -> AnalysedRun:
        arm = CArm(primary_deg, secondary_deg, 1100.0, 720.0, imager_mm, pose_error=error)
        intensity = make_run().intensity  # LOG, its gain not stated
        run = make_run(
            sop_instance_uid=f"1.{primary_deg:g}", rows=SIDE, columns=SIDE, geometry=arm, intensity=intensity
        )
        rows, columns = np.indices((SIDE, SIDE))
        source, rays = ray_lps_from_xy_px(np.stack([columns, rows], axis=-1), arm, SIDE, SIDE)
        # where a ray meets an ellipsoid: a quadratic in the way along it
        radii = RADIUS_MM * np.array(stretch)
        start, way = (source - np.array(centre)) / radii, rays / radii
        a, b, c = (way * way).sum(-1), 2 * (way @ start), float(start @ start) - 1
        chord = np.sqrt(np.clip(b * b - 4 * a * c, 0, None)) / a
        shadow = CementShadow(
            (gain * chord).astype(np.float32),
            chord > 0.35,
            np.ones(chord.shape, np.bool_),
            (0.0, 0.0),
            1,
            frame=9,
            hidden=0.0,
            cut=False,
        )
        outline = make_outline(sop_instance_uid=run.sop_instance_uid)
        return make_analysed(run, outlines=(outline,), summary=RunSummary((), shadow=shadow))

    return look


def told(a: AnalysedRun, b: AnalysedRun, behind_s: float = 0.0) -> CementVolume:
    found = cement_volume(a, b, behind_s)
    assert isinstance(found, CementVolume), found
    return found


def reason(a: AnalysedRun, b: AnalysedRun, behind_s: float = 0.0) -> str:
    found = cement_volume(a, b, behind_s)
    assert isinstance(found, str)
    return found


def changed(view: AnalysedRun, **values: object) -> AnalysedRun:
    assert view.summary.shadow is not None
    shadow = replace(view.summary.shadow, **values)  # type: ignore[arg-type]
    return replace(view, summary=replace(view.summary, shadow=shadow))


@pytest.mark.parametrize("second_deg", [90.0, -90.0, 45.0])
def test_a_balls_volume_is_told_up_to_what_a_bolus_is_thinner(see: See, second_deg: float) -> None:
    found = told(see(0.0), see(second_deg))
    assert found.volume.value == pytest.approx(TOLD * BALL_UL, rel=0.04)
    assert found.volume.low < found.volume.value < found.volume.high
    # all that both shadows leave room for: of a ball between two slabs across each other, 16/3 r³ / sin
    hull_ul = 16 / 3 * RADIUS_MM**3 / abs(np.sin(np.radians(second_deg)))
    assert found.hull_ul == pytest.approx(hull_ul, rel=0.06)


def test_what_a_millimetre_adds_in_either_view_does_not_matter(see: See) -> None:
    same = told(see(0.0), see(90.0)).volume.value
    assert told(see(0.0, gain=0.2), see(90.0, gain=0.013)).volume.value == pytest.approx(same, rel=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {"centre": (0.0, 18.0, 0.0)},
        {"centre": (16.0, -18.0, -10.0)},
        {"imager_mm": (0.6, 0.6)},
        {"imager_mm": (0.3, 0.45)},
        {"secondary_deg": 25.0, "stretch": (0.7, 0.7, 1.6)},
        {"secondary_deg": -25.0, "stretch": (1.3, 0.8, 1.0)},
        {"error": PoseError((0.0, 0.0, 4.0), (3.0, -12.0, 2.0))},
        {"stretch": (1.5, 1.0, 0.8)},
        {"stretch": (0.7, 1.2, 1.4)},
    ],
)
def test_neither_place_nor_pixels_nor_angles_nor_shape_matter(see: See, changes: dict[str, object]) -> None:
    stretch = changes.get("stretch", (1.0, 1.0, 1.0))
    found = told(see(0.0, **changes), see(90.0, **changes))
    assert found.volume.value == pytest.approx(TOLD * BALL_UL * np.prod(stretch), rel=0.06)


def test_a_leak_beside_the_bone_counts_and_does_not_widen_the_bolus(see: See) -> None:
    ball, far = see(0.0), see(0.0, centre=(3.0, -4.0, 6.0), stretch=(0.3, 0.3, 0.3))
    assert ball.summary.shadow is not None
    assert far.summary.shadow is not None
    both = np.maximum(ball.summary.shadow.contrast, np.roll(far.summary.shadow.contrast, 100, axis=1))
    leaking = changed(ball, contrast=both, cement=both > 0)
    kept = changed(leaking, in_bone=ball.summary.shadow.cement)
    alone, found = told(ball, see(90.0)).volume.value, told(kept, see(90.0)).volume.value
    mass = both.sum() / ball.summary.shadow.contrast.sum()
    assert found == pytest.approx(alone * np.sqrt(mass), rel=0.02)


def test_two_pools_side_by_side_are_as_deep_as_both(see: See) -> None:
    """As needles through both pedicles make them: from aside one hides the other."""
    pools = []
    for degrees in (0.0, 90.0):
        left, right = (see(degrees, centre=(x, 0.0, 0.0), stretch=(0.8, 0.8, 0.8)) for x in (-9.0, 9.0))
        assert left.summary.shadow is not None
        assert right.summary.shadow is not None
        together = left.summary.shadow.contrast + right.summary.shadow.contrast
        pools.append(changed(left, contrast=together, cement=together > 0.02))
    assert told(*pools).volume.value == pytest.approx(2 * 0.8**3 * TOLD * BALL_UL, rel=0.08)


def test_it_is_of_the_time_when_both_were_judged_last(see: See) -> None:
    a, b = see(0.0), see(90.0)
    assert told(a, b).time_s == pytest.approx(9 / 7.5)
    assert "apart" in reason(a, changed(b, frame=4))
    assert told(a, changed(b, frame=4), 5 / 7.5).time_s == pytest.approx(9 / 7.5)


def test_why_there_is_none(see: See) -> None:
    a, b = see(0.0), see(90.0)
    shaped = replace(b.run, intensity=replace(b.run.intensity, calibration=Calibration.DISPLAY))
    assert "not certain that the contrast" in reason(a, replace(b, run=shaped))
    assert "exactly one outline" in reason(a, replace(b, outlines=()))
    assert "exactly one outline" in reason(a, replace(b, outlines=b.outlines * 2))
    assert "no cement" in reason(a, replace(b, summary=RunSummary(())))
    assert "reaches the edge" in reason(a, changed(b, cut=True))
    assert "60% of the cement" in reason(a, changed(b, hidden=0.6))
    assert "only 20 degrees apart" in reason(a, see(20.0))
    assert "mm apart" in reason(a, see(90.0, centre=(3.0, -4.0, 26.0)))
    assert "darker than what lies around" in reason(a, changed(b, in_bone=np.zeros((SIDE, SIDE), np.bool_)))
    unstated = replace(b.run, geometry=CArm(isocentre_pixel_mm=(0.2, 0.2)))
    assert "not stated" in reason(a, replace(b, run=unstated))
