"""Views to learn from: drawn alike from alike numbers, taken with their truth, and varied with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leakwatch.bench.bone.draw import Direction, draw_patient
from leakwatch.bench.bone.gather import BoneView, gather, load, save
from leakwatch.bench.bone.vary import SIDE_PX, lesson_of
from leakwatch.imaging.bone.network import SITES
from leakwatch.imaging.bone.planes import PLANES
from leakwatch.nouns import Site


@pytest.fixture(scope="module")
def views() -> tuple[BoneView, ...]:
    return gather(1, 3001, 2)


def test_the_same_numbers_draw_the_same_patient() -> None:
    assert draw_patient(4, 9, 3) == draw_patient(4, 9, 3)
    assert draw_patient(4, 9, 3) != draw_patient(5, 9, 3)


def test_bones_and_directions_come_in_all_kinds_and_nothing_leaks() -> None:
    drawn = [draw_patient(index, 9, 4) for index in range(24)]
    kinds = [patient.case.anatomy.kind for patient in drawn]
    assert {"spine", "sacrum", "hip"} <= set(kinds)
    assert kinds.count("spine") > len(kinds) / 3
    assert {view.direction for patient in drawn for view in patient.views} == set(Direction)
    for patient in drawn:
        assert patient.case.leak is None
        assert all(len(view.case.machine.views) == 1 for view in patient.views)


def test_a_view_is_kept_as_it_was_taken(views: tuple[BoneView, ...], tmp_path: Path) -> None:
    save(views, tmp_path / "views.npz")
    kept = load(tmp_path / "views.npz")
    assert len(kept) == len(views) == 2
    for before, after in zip(views, kept, strict=True):
        np.testing.assert_allclose(after.attenuation, before.attenuation, rtol=2e-3)
        assert (after.bone == before.bone).all()
        assert (after.valid == before.valid).all()
        assert (after.site, after.direction) == (before.site, before.direction)
        assert after.angles_deg == before.angles_deg


def test_bone_is_denser_than_what_is_beside_it(views: tuple[BoneView, ...]) -> None:
    for view in views:
        inside = view.attenuation[view.bone & view.valid].mean()
        assert inside > np.median(view.attenuation[view.valid & ~view.bone])


def test_lessons_hold_the_bone_under_its_kind(views: tuple[BoneView, ...]) -> None:
    rng = np.random.default_rng(2)
    lessons = [lesson_of(views[0], rng) for _ in range(8)]
    wanted = 1 + SITES.index(Site(views[0].site))
    click = PLANES.index("click")
    for lesson in lessons:
        assert lesson.planes.shape == (len(PLANES), SIDE_PX, SIDE_PX)
        assert set(np.unique(lesson.truth)) <= {0, wanted}
        if lesson.planes[click].max() > 0.9:
            at = np.unravel_index(lesson.planes[click].argmax(), lesson.truth.shape)
            assert lesson.truth[max(0, at[0] - 3) : at[0] + 4, max(0, at[1] - 3) : at[1] + 4].any()
    assert sum((lesson.truth > 0).any() for lesson in lessons) >= 6
    clicked = [lesson.planes[click].any() for lesson in lessons]
    assert any(clicked)
    assert not all(clicked)
