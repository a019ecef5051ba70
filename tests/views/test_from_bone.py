"""A leak as seen from its bone: neither a wrong isocentre nor a moving table changes that."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import xy_px_from_lps
from leakwatch.nouns import AnalysedRun, CArm, LeakEvent, Outline, Plane, Run, RunSummary
from leakwatch.results.cases_json import write_cases
from leakwatch.views.case import Case
from leakwatch.views.from_bone import DRAWN_LATER, NOT_PLACED, FromBone, from_bone, words_of
from leakwatch.views.merge import merge_cases

CENTRE = np.array([6.0, -4.0, 9.0])
AWAY = np.array([-14.0, 9.0, 0.5])
CORNERS = np.array([[x, y, z] for x in (-15, 15) for y in (-12, 12) for z in (-11, 11)])
Look = Callable[..., Case]


@pytest.fixture
def look(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
    make_outline: Callable[..., Outline],
) -> Look:
    """A study of two views of one leak beside a bone; `isocentre` is how wrong the second's is."""

    def study(
        moved: tuple[float, float, float] = (0.0, 0.0, 0.0),
        isocentre: float = 0.0,
        outline_frame: int = 0,
        *,
        at_rest: bool = True,
    ) -> Case:
        seen = []
        for plane, primary_deg, off in ((Plane.A, 0.0, 0.0), (Plane.B, 90.0, isocentre)):
            geometry = CArm(primary_deg, 0.0, 1100.0, 720.0, (0.4, 0.4))
            run = make_run(
                sop_instance_uid=f"1.{primary_deg:g}", plane=plane, rows=384, columns=384, geometry=geometry
            )

            def on(points: np.ndarray, off: float = off, geometry: CArm = geometry) -> np.ndarray:
                return xy_px_from_lps(points + np.array([0.0, 0.0, off]), geometry, 384, 384)

            x, y = on(CENTRE + CORNERS).T
            polygon = np.array(
                [[x.min(), y.min()], [x.max(), y.min()], [x.max(), y.max()], [x.min(), y.max()]]
            )
            outline = make_outline(
                sop_instance_uid=run.sop_instance_uid, polygon_xy_px=polygon, frame=outline_frame
            )
            now, rest = on(CENTRE + AWAY + np.array(moved)), on(CENTRE + AWAY)
            event = make_event(
                centroid_xy_px=tuple(now),
                centroids_xy_px=(tuple(now),) * 3,
                at_rest_xy_px=(tuple(rest),) * 3 if at_rest else (),
            )
            seen.append(make_analysed(run, outlines=(outline,), summary=RunSummary((event,))))
        (case,) = merge_cases(seen, ViewsConfig(max_ray_gap_mm=8.0))
        return case

    return study


def placed(case: Case) -> FromBone:
    (leak,) = case.leaks
    (scene,) = case.scenes
    found = from_bone(leak, scene, (case.analysed[0], case.analysed[1]))
    assert isinstance(found, FromBone)
    return found


def test_a_leak_is_where_it_was_put(look: Look) -> None:
    found = placed(look())
    assert found.mm_lps == pytest.approx(AWAY, abs=1.0)
    assert 0 < found.error_mm < 4
    assert found.words.startswith("14 mm right")
    assert "posterior" in found.words
    assert "superior" not in found.words


def test_a_table_that_moved_carries_bone_and_leak_alike(look: Look) -> None:
    still, moved = look(), look(moved=(5.0, 3.0, -7.0))
    assert placed(moved).mm_lps == pytest.approx(placed(still).mm_lps)
    (leak,) = moved.leaks
    (there,) = still.leaks
    # told where the bone lay on the first frame, as its box and the needle are
    assert leak.position_mm_lps == pytest.approx(there.position_mm_lps)
    (unknown,) = look(moved=(5.0, 3.0, -7.0), at_rest=False).leaks
    assert unknown.position_mm_lps is not None
    assert there.position_mm_lps is not None
    assert np.subtract(unknown.position_mm_lps, there.position_mm_lps) == pytest.approx((5, 3, -7), abs=0.5)


def test_a_wrong_isocentre_is_seen_from_the_bone_and_costs_nothing(look: Look) -> None:
    right, wrong = placed(look()), placed(look(isocentre=4.0))
    assert wrong.mm_lps == pytest.approx(right.mm_lps, abs=0.6)
    assert right.error_mm <= wrong.error_mm < right.error_mm + 0.2


def test_the_file_of_cases_says_so(look: Look, tmp_path: Path) -> None:
    case = look()
    write_cases(tmp_path / "cases.json", [case], "9.9", {})
    (written,) = json.loads((tmp_path / "cases.json").read_text(encoding="utf-8"))["cases"]
    (leak,) = written["leaks"]
    told = placed(case)
    assert leak["from_bone"]["words"] == told.words
    assert leak["from_bone"]["mm_lps"] == pytest.approx(told.mm_lps, abs=1e-3)
    assert leak["from_bone"]["error_mm"] == pytest.approx(told.error_mm, abs=1e-3)
    assert leak["from_bone_reason"] is None


def test_what_is_not_known_is_said(look: Look) -> None:
    case = look()
    (leak,) = case.leaks
    (scene,) = case.scenes
    a, b = case.analysed
    assert from_bone(replace(leak, at_rest=None), scene, (a, b)) == NOT_PLACED
    assert from_bone(leak, replace(scene, middle=None, bone_reason="no outline"), (a, b)) == "no outline"
    assert isinstance(from_bone(leak, replace(scene, bone=None, bone_reason="no depth"), (a, b)), FromBone)
    later = look(outline_frame=3)
    assert from_bone(later.leaks[0], later.scenes[0], (later.analysed[0], later.analysed[1])) == DRAWN_LATER


@given(st.tuples(*[st.floats(-60, 60)] * 3), st.floats(0.1, 20))
def test_only_what_is_larger_than_the_error_is_told_the_largest_first(
    away: tuple[float, float, float], error_mm: float
) -> None:
    words = words_of(np.array(away), error_mm)
    told = sorted((abs(length) for length in away if abs(length) > error_mm), reverse=True)
    if not told:
        assert words == "no farther from its middle than the error"
        return
    assert [float(part.split()[0]) for part in words.split(", ")] == [
        float(f"{length:.0f}") for length in told
    ]
    opposite = words_of(-np.array(away), error_mm)
    for one, other in (("left", "right"), ("anterior", "posterior"), ("superior", "inferior")):
        assert (one in words) == (other in opposite)
