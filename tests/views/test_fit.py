"""What a pose is off by, from a box, a needle and a ball of cement that both views see."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import ray_lps_from_xy_px, xy_px_from_lps
from leakwatch.nouns import AnalysedRun, CArm, CementShadow, Outline, PoseError, Run, RunSummary
from leakwatch.nouns.summary import SeenNeedle
from leakwatch.views.fit import Fit, fit_poses, with_pose_error
from leakwatch.views.triangulate import nearest_points

CORNERS = np.array([[x, y, z] for x in (-20, 20) for y in (-15, 15) for z in (-12, 12)], float)
TIP = np.array([3.0, -2.0, 4.0])
BALL = TIP + 7.0 * np.array(
    [
        [np.sin(a) * np.cos(b), np.sin(a) * np.sin(b), np.cos(a)]
        for a in np.linspace(0, 3.1, 24)
        for b in range(9)
    ]
)
CONFIG = ViewsConfig()
See = Callable[..., AnalysedRun]


@pytest.fixture
def see(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_outline: Callable[..., Outline],
) -> See:
    """Bone, needle and cement as a machine shows them that says `stated` and stands otherwise by `error`."""

    def look(
        primary_deg: float, error: PoseError | None = None, *, bone: bool = True, needle: bool = True,
        cement: bool = True,
    ) -> AnalysedRun:  # fmt: skip
        stated = CArm(primary_deg, 5.0, 1100.0, 720.0, (0.2, 0.2))
        real = replace(stated, pose_error=error)
        run = make_run(sop_instance_uid=f"1.{primary_deg:g}", rows=768, columns=768, geometry=stated)
        hull = cv2.convexHull(xy_px_from_lps(CORNERS, real, 768, 768).astype(np.float32))[:, 0]
        outline = make_outline(sop_instance_uid=run.sop_instance_uid, polygon_xy_px=hull.astype(float))
        x, y = xy_px_from_lps(TIP, real, 768, 768)
        disc = np.zeros((768, 768), np.uint8)
        rim = cv2.convexHull(xy_px_from_lps(BALL, real, 768, 768).astype(np.float32))
        cv2.fillConvexPoly(disc, np.rint(rim).astype(np.int32), 1)
        everywhere = np.ones(disc.shape, np.bool_)
        shadow = CementShadow(
            disc.astype(np.float32), disc > 0, everywhere, (0.0, 0.0), 1, frame=5, hidden=0.0, cut=False
        )
        summary = RunSummary(
            (),
            needles=(SeenNeedle((float(x), float(y)), (1.0, 0.0), 3.0),) if needle else (),
            shadow=shadow if cement else None,
        )
        return make_analysed(run, outlines=(outline,) if bone else (), summary=summary)

    return look


def miss_mm(a: AnalysedRun, b: AnalysedRun, seen: AnalysedRun, place: np.ndarray) -> float:
    """By how much the rays to a place miss each other; `seen` is b as its machine really stands."""
    pixels = [xy_px_from_lps(place, one.run.geometry, 768, 768) for one in (a, seen)]
    rays = [
        ray_lps_from_xy_px(xy, one.run.geometry, 768, 768) for xy, one in zip(pixels, (a, b), strict=True)
    ]
    near = nearest_points(rays[0][0], rays[0][1], rays[1][0], rays[1][1])
    return float(np.linalg.norm(near[0] - near[1]))


def test_a_machine_that_is_right_stays_as_it_is(see: See) -> None:
    fit = fit_poses(see(0.0), see(90.0), CONFIG)
    assert fit.fits
    assert fit.error is not None
    assert np.linalg.norm(fit.error.turn_deg) < 0.2
    assert np.linalg.norm(fit.error.shift_mm) < 0.2
    assert fit.gap_after_mm == pytest.approx(0.0, abs=0.2)
    assert fit.cues == (
        "needle tip",
        "bone, one end",
        "bone, other end",
        "cement, one end",
        "cement, other end",
    )


def drawn(seed: int) -> PoseError:
    turn, shift = np.random.default_rng(seed).uniform(-1, 1, (2, 3)) * [[3.0], [4.0]]
    return PoseError(tuple(map(float, turn)), tuple(map(float, shift)))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("primary_deg", [90.0, 60.0, -75.0])
def test_rays_of_what_was_not_looked_at_miss_less(see: See, primary_deg: float, seed: int) -> None:
    """The proof is leaks: nothing of them was fitted."""
    error = drawn(seed)
    a, b = see(0.0), see(primary_deg, error)
    fit = fit_poses(a, b, CONFIG)
    assert fit.gap_before_mm is not None
    assert fit.gap_after_mm is not None
    assert fit.gap_after_mm <= fit.gap_before_mm + 0.05
    real, fitted = with_pose_error(b, error), with_pose_error(b, fit.error)
    places = [np.array(place, float) for place in ((0, 18, 0), (-24, 0, 5), (22, -4, -8))]
    before, after = (np.mean([miss_mm(a, one, real, place) for place in places]) for one in (b, fitted))
    assert after < max(before, 0.5)
    assert after < 2.0


@pytest.mark.parametrize("cue", ["bone", "needle", "cement"])
def test_one_thing_that_both_see_is_enough(see: See, cue: str) -> None:
    only = {name: name == cue for name in ("bone", "needle", "cement")}
    up = PoseError((0.0, 0.0, 0.0), (0.0, 0.0, 3.0))
    fit = fit_poses(see(0.0, **only), see(90.0, up, **only), CONFIG)
    assert all(cue in name for name in fit.cues)
    assert fit.error is not None
    assert fit.error.shift_mm[2] == pytest.approx(3.0, abs=0.7)


def test_along_the_beams_nothing_is_seen_and_nothing_is_claimed(see: See) -> None:
    back = PoseError((0.0, 0.0, 0.0), (0.0, 4.0, 0.0))
    fit = fit_poses(see(0.0), see(90.0, back), CONFIG)
    assert fit.error is not None
    assert abs(fit.error.shift_mm[1]) < 0.5


def test_the_tip_of_another_needle_is_left_out(see: See) -> None:
    a, b = see(0.0), see(90.0)
    (needle,) = b.summary.needles
    x, y = needle.tip_xy_px
    wrong = replace(b.summary, needles=(replace(needle, tip_xy_px=(x, y + 150)),))
    fit = fit_poses(a, replace(b, summary=wrong), CONFIG)
    assert fit.error is not None
    assert np.linalg.norm(fit.error.shift_mm) < 0.3
    assert "needle tip" not in fit.cues


def test_views_of_two_bones_do_not_fit(see: See) -> None:
    a, b = see(0.0, needle=False, cement=False), see(90.0, needle=False, cement=False)
    (outline,) = b.outlines
    lower = replace(
        outline, polygon_xy_px=outline.polygon_xy_px + np.array([0.0, 230.0])
    )  # 30 mm: the next vertebra
    fit = fit_poses(a, replace(b, outlines=(lower,)), CONFIG)
    assert (fit.fits, fit.error) == (False, None)
    assert "another bone" in fit.reason


def test_where_only_needles_disagree_nothing_is_refused(see: See) -> None:
    only = {"bone": False, "cement": False}
    far = PoseError((0.0, 0.0, 0.0), (0.0, 0.0, 25.0))
    fit = fit_poses(see(0.0, **only), see(90.0, far, **only), CONFIG)
    assert (fit.fits, fit.error) == (True, None)
    assert fit.reason == "what both views see of needle and cement does not go together"


def test_needle_and_cement_that_agree_on_something_else_do_not_refuse_two_bones_that_fit(see: See) -> None:
    lower = see(90.0, PoseError((0.0, 0.0, 0.0), (0.0, 0.0, 8.0)))
    a, b = see(0.0), see(90.0)
    fit = fit_poses(a, replace(b, summary=lower.summary), CONFIG)
    assert fit.fits
    assert fit.cues == ("bone, one end", "bone, other end")
    assert fit.error is not None
    assert np.linalg.norm(fit.error.shift_mm) < 0.2


def test_a_bone_that_the_picture_cuts_off_has_no_end_there(see: See) -> None:
    only = {"needle": False, "cement": False}
    a, b = see(0.0, **only), see(90.0, **only)
    (outline,) = b.outlines
    lowest = outline.polygon_xy_px[:, 1].max()
    shutter = np.zeros((768, 768), np.bool_)
    shutter[round(lowest) - 40 :] = True
    cut = replace(outline, polygon_xy_px=np.minimum(outline.polygon_xy_px, [768.0, lowest - 41]))
    fit = fit_poses(a, replace(b, run=replace(b.run, shutter=shutter), outlines=(cut,)), CONFIG)
    assert fit.fits
    assert len(fit.cues) == 1
    assert fit.gap_before_mm == pytest.approx(0.0, abs=0.2)


def test_a_found_outline_counts_as_much_as_its_edge_is_sure(see: See) -> None:
    only = {"needle": False, "cement": False}
    a, b = see(0.0, **only), see(90.0, PoseError((0.0, 0.0, 0.0), (0.0, 0.0, 3.0)), **only)
    (outline,) = b.outlines
    fuzzy = replace(outline, error_mm=(5.0,) * len(outline.polygon_xy_px))
    sharp, blurred = (fit_poses(a, replace(b, outlines=(one,)), CONFIG).error for one in (outline, fuzzy))
    assert sharp is not None
    assert blurred is not None
    assert 0.3 < blurred.shift_mm[2] < sharp.shift_mm[2] - 0.5


def test_without_what_both_see_or_without_angles_the_pose_stays_as_stated(see: See) -> None:
    a, b = see(0.0), see(90.0)
    nothing = replace(b, outlines=(), summary=RunSummary(()))
    assert fit_poses(a, nothing, CONFIG) == Fit(
        None, reason="no needle, bone or cement is seen by both views"
    )
    unstated = replace(b, run=replace(b.run, geometry=CArm()))
    fit = fit_poses(a, unstated, CONFIG)
    assert (fit.error, fit.fits) == (None, True)
    assert "not stated" in fit.reason


@pytest.mark.parametrize("second_deg", [0.0, 6.0, -9.0])
def test_views_along_one_line_say_nothing_of_each_other(see: See, second_deg: float) -> None:
    fit = fit_poses(see(0.0), see(second_deg), CONFIG)
    assert (fit.error, fit.fits) == (None, True)
    assert "along one line of sight" in fit.reason


def test_an_outline_of_a_later_frame_is_no_cue(see: See) -> None:
    a, b = see(0.0, needle=False, cement=False), see(90.0, needle=False, cement=False)
    (outline,) = b.outlines
    assert fit_poses(a, replace(b, outlines=(replace(outline, frame=3),)), CONFIG).cues == ()
