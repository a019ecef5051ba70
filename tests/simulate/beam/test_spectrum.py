"""Against tables made with xraydb and SpekPy for 80 kVp, 0.2 mm Cu and 25 cm of tissue."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.beam.materials import (
    CORTICAL,
    WATER,
    attenuation_per_mm,
    cement,
)
from leakwatch.simulate.beam.basis import Basis, no_paths
from leakwatch.simulate.beam.spectrum import Beam, build_beam, transmission
from leakwatch.simulate.config.beam import BeamSection
from leakwatch.simulate.config.injection import Product

KEV = np.array([40.0, 50.0, 60.0, 70.0, 80.0])
# Per cm, ideal mixtures, by energy.
TABLE = {
    Product.BASO4_10: (2.14, 1.29, 0.87, 0.64, 0.51),
    Product.BASO4_30: (4.01, 2.34, 1.52, 1.08, 0.81),
    Product.BASO4_HIGH: (6.92, 3.97, 2.53, 1.75, 1.28),
    Product.ZRO2_30: (4.20, 2.37, 1.52, 1.07, 0.80),
    Product.TANTALUM_10: (1.61, 0.99, 0.69, 1.61, 1.19),
    Product.CALCIUM_PHOSPHATE: (1.58, 0.94, 0.65, 0.50, 0.41),
    Product.PMMA: (0.28, 0.24, 0.23, 0.22, 0.21),
}


@pytest.mark.parametrize("product", list(TABLE))
def test_cements_attenuate_as_the_tables_say(product: Product) -> None:
    assert 10 * attenuation_per_mm(cement(product), KEV) == pytest.approx(TABLE[product], rel=0.03)


def test_tissues_attenuate_as_the_tables_say() -> None:
    assert 10 * attenuation_per_mm(WATER, KEV) == pytest.approx([0.27, 0.23, 0.21, 0.19, 0.18], rel=0.03)
    assert 10 * attenuation_per_mm(CORTICAL, KEV) == pytest.approx([1.28, 0.81, 0.60, 0.49, 0.43], rel=0.02)


def test_every_product_has_a_composition() -> None:
    for product in Product:
        assert attenuation_per_mm(cement(product), KEV).min() > 0


@cache
def made(config: BeamSection, product: Product) -> Beam:
    return build_beam(config, product)


def left_of(config: BeamSection, product: Product, path_mm: dict[Basis, float]) -> float:
    paths = no_paths(1, 1)
    for basis, mm in path_mm.items():
        paths[basis] = mm
    return float(transmission(paths, made(config, product))[0, 0])


def behind(config: BeamSection, product: Product, water_mm: float, cement_mm: float) -> float:
    return left_of(config, product, {Basis.WATER: water_mm, Basis.CEMENT: cement_mm})


@pytest.mark.parametrize(
    ("product", "contrasts"),
    [
        (Product.BASO4_30, (0.07, 0.14, 0.25, 0.51, 0.73)),
        (Product.BASO4_HIGH, (0.12, 0.23, 0.40, 0.70, 0.89)),
        (Product.BASO4_10, (0.037, 0.072, 0.14, 0.31, 0.51)),
        (Product.CALCIUM_PHOSPHATE, (0.026, 0.050, 0.098, 0.22, 0.39)),
    ],
)
def test_contrast_behind_25_cm_is_near_that_of_a_published_spectrum(
    product: Product, contrasts: tuple[float, ...]
) -> None:
    empty = behind(BeamSection(), product, 250, 0)
    ours = [1 - behind(BeamSection(), product, 250, mm) / empty for mm in (0.5, 1, 2, 5, 10)]
    # A tenth of the contrast, or the last digit of the table.
    assert ours == pytest.approx(contrasts, rel=0.10, abs=0.005)


def test_the_mean_energy_behind_25_cm_is_near_that_of_a_published_spectrum() -> None:
    beam = build_beam(BeamSection(bins=60), Product.BASO4_30)
    left = beam.weights * np.exp(-250 * beam.per_mm[Basis.WATER])
    assert (left @ beam.kev) / left.sum() == pytest.approx(57.7, abs=1.0)


@pytest.mark.parametrize("kvp", [65.0, 80.0, 110.0])
@pytest.mark.parametrize("product", [Product.BASO4_30, Product.BASO4_HIGH, Product.TANTALUM_10])
def test_a_few_energies_stand_for_the_spectrum(product: Product, kvp: float) -> None:
    few, many = BeamSection(kvp=kvp), BeamSection(kvp=kvp, bins=60)
    for water in (150, 225, 300):
        for solid, mm in ((Basis.CEMENT, 1), (Basis.CEMENT, 8), (Basis.CEMENT, 15), (Basis.STEEL, 3)):
            path = {Basis.WATER: water, solid: mm}
            assert left_of(few, product, path) == pytest.approx(left_of(many, product, path), rel=0.002)


@pytest.mark.parametrize("product", list(Product))
def test_shares_of_the_signal_are_shares(product: Product) -> None:
    beam = build_beam(BeamSection(), product)
    assert len(beam.kev) == len(beam.weights) == beam.per_mm.shape[1] <= BeamSection().bins
    assert beam.weights.sum() == pytest.approx(1)
    assert beam.weights.min() > 0
    assert transmission(no_paths(2, 3), beam) == pytest.approx(1.0)


def test_tantalum_is_opaque_above_its_k_edge() -> None:
    below, above = attenuation_per_mm(cement(Product.TANTALUM_10), np.array([67.3, 67.5]))
    # Photoabsorption of the element goes up about fourfold; nine tenths of the cement are not tantalum.
    assert above / below > 2.5


def test_an_ideal_mixture_keeps_the_volumes_of_its_parts() -> None:
    assert cement(Product.PMMA).g_per_cm3 == pytest.approx(1.19)
    assert cement(Product.BASO4_30).g_per_cm3 == pytest.approx(1 / (0.813 / 1.19 + 0.187 / 4.50))


def test_one_energy_is_beers_law() -> None:
    config = BeamSection(monochromatic_kev=60.0)
    beam = build_beam(config, Product.BASO4_30)
    left = behind(config, Product.BASO4_30, 200, 4)
    exact = np.exp(-200 * beam.per_mm[Basis.WATER, 0] - 4 * beam.per_mm[Basis.CEMENT, 0])
    assert left == pytest.approx(exact, rel=1e-5)


@settings(deadline=None, max_examples=20)
@given(st.floats(60, 110), st.floats(0.5, 8), st.floats(0.5, 8))
def test_thick_cement_hardens_the_beam(kvp: float, a: float, b: float) -> None:
    """The second layer takes a smaller share than it would alone."""
    config = BeamSection(kvp=kvp)
    none, first, second, both = (behind(config, Product.BASO4_30, 200, mm) for mm in (0, a, b, a + b))
    assert both / first >= second / none * (1 - 1e-5)
