from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.beam.materials import cement, cement_from_recipe
from leakwatch.config.cement_products import CementRecipe, Product
from leakwatch.imaging.amount.curve import cement_curve
from leakwatch.simulate.beam.basis import Basis, no_paths
from leakwatch.simulate.beam.spectrum import build_beam, transmission
from leakwatch.simulate.config.beam import BeamSection

CURVE = cement_curve(cement(Product.BASO4_30), 80.0, 2.5, 0.2, 200.0)


@given(st.floats(-20, 20))
def test_thickness_is_what_made_the_contrast(thickness_mm: float) -> None:
    contrast = np.sign(thickness_mm) * np.interp(abs(thickness_mm), CURVE.thickness_mm, CURVE.contrast)
    assert CURVE.thickness_of(np.array([contrast]))[0] == pytest.approx(thickness_mm, abs=1e-6)


def test_the_beam_hardens() -> None:
    slope = np.diff(CURVE.contrast)
    assert (slope > 0).all()
    assert (np.diff(slope) < 0).all()


@pytest.mark.parametrize("thickness_mm", [1.0, 5.0, 15.0])
def test_the_curve_is_that_of_the_simulated_beam(thickness_mm: float) -> None:
    beam = build_beam(BeamSection(), Product.BASO4_30)
    paths = no_paths(1, 2)
    paths[Basis.WATER] = 200.0
    paths[Basis.CEMENT, 0, 1] = thickness_mm
    left = transmission(paths, beam)[0]
    contrast = np.array([-np.log(left[1] / left[0])])
    assert CURVE.thickness_of(contrast)[0] == pytest.approx(thickness_mm, rel=0.005)


def test_a_recipe_by_hand_equals_its_preset() -> None:
    recipe = CementRecipe(opacifier="zro2", mass_share=0.3)
    assert cement_from_recipe(recipe) == cement(Product.ZRO2_30)
    assert cement_from_recipe(recipe.model_copy(update={"g_per_cm3": 2.0})).g_per_cm3 == 2.0
