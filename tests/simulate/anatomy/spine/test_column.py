import numpy as np
import pytest

from leakwatch.simulate.anatomy.spine.column import draw_column
from leakwatch.simulate.anatomy.spine.vertebra import Vertebra
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import SpineSection


def _column(seed: int = 1, half_mm: float = 80.0, **settings: object) -> dict[int, Vertebra]:
    section = SpineSection.model_validate(settings)
    return draw_column(section, half_mm, 1.0, Variation(np.random.default_rng(seed), section.vary))


def test_levels_lie_a_body_and_a_disc_apart_and_as_far_as_asked() -> None:
    levels = _column(vary=0.0)
    places = np.array([levels[level].placement.place_mm for level in sorted(levels)])
    assert np.linalg.norm(np.diff(places, axis=0), axis=1) == pytest.approx(27.0 + 9.5)
    assert places[-1, 2] + 36 > 80
    assert places[0, 2] - 36 < -80


@pytest.mark.parametrize("lordosis", [-5.0, 6.0])
def test_each_level_tilts_as_much_further_as_the_lordosis_says(lordosis: float) -> None:
    levels = _column(vary=0.0, lordosis_deg=lordosis, scoliosis_deg=0.0)
    for level, vertebra in levels.items():
        head = vertebra.placement.turn @ [0, 0, 1]
        assert np.rad2deg(np.arctan2(head[1], head[2])) == pytest.approx(level * lordosis)


def test_the_pedicles_of_an_ideal_vertebra_leave_room_for_the_canal() -> None:
    arch = _column(vary=0.0)[0].arch
    apart = arch.left_pedicle_mm[0] - arch.right_pedicle_mm[0]
    half_width = arch.parts[0].radii_mm[0]
    # L3: 21 to 26 mm between the pedicles.
    assert 21 < apart - 2 * half_width < 26


def test_lips_grow_on_neighbours_only_and_only_where_patients_vary() -> None:
    assert all(not vertebra.lips for vertebra in _column(vary=0.0).values())
    columns = [_column(seed) for seed in range(8)]
    assert all(not column[0].lips for column in columns)
    assert sum(len(vertebra.lips) for column in columns for vertebra in column.values()) > 8


def test_only_the_treated_body_has_lost_height() -> None:
    levels = _column(collapse_mm=6.0, collapse_form="crush")
    assert {level for level, vertebra in levels.items() if vertebra.body.lost_mm > 0} == {0}
    assert levels[0].body.lost_form == "crush"


def test_draws_stay_within_twice_their_deviation() -> None:
    variation = Variation(np.random.default_rng(1), 1.0)
    draws = np.array([variation.about(100.0, 0.04) for _ in range(3000)])
    assert np.abs(draws - 100).max() == pytest.approx(8.0)
    assert draws.std() == pytest.approx(4.0, rel=0.15)
