import numpy as np
import pytest

from leakwatch.simulate.config.detector import CollimatorSection
from leakwatch.simulate.config.machine import MachineSection
from leakwatch.simulate.machine.collimator import aperture, edges_px

MACHINE = MachineSection(rows=120, columns=160, imager_spacing_mm=1100 / 720)


def test_an_open_collimator_is_not_there() -> None:
    assert aperture(CollimatorSection(), MACHINE) is None


@pytest.mark.parametrize(
    ("form", "area_mm2"), [("rectangle", 100 * 60), ("circle", np.pi * 50**2)], ids=["rectangle", "circle"]
)
def test_the_field_has_the_stated_area_and_the_lead_leaks_as_stated(form: str, area_mm2: float) -> None:
    config = CollimatorSection(form=form, half_width_mm=50, half_height_mm=30, leakage=0.01)
    through = aperture(config, MACHINE)
    assert through is not None
    assert through.min() == pytest.approx(0.01)
    assert through.max() == pytest.approx(1.0)
    open_share = (through - 0.01) / 0.99
    assert open_share.sum() * MACHINE.pixel_mm**2 == pytest.approx(area_mm2, rel=0.005)


def test_the_stated_edges_are_where_the_field_ends() -> None:
    config = CollimatorSection(form="rectangle", half_width_mm=50, half_height_mm=30)
    through = aperture(config, MACHINE)
    assert through is not None
    left, right, upper, lower = edges_px(config, MACHINE)
    columns = np.flatnonzero(through[60] > 0.5) + 1
    rows = np.flatnonzero(through[:, 80] > 0.5) + 1
    assert (columns[0], columns[-1]) == pytest.approx((left, right), abs=1)
    assert (rows[0], rows[-1]) == pytest.approx((upper, lower), abs=1)
