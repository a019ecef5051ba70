from dataclasses import replace

import numpy as np
import pytest

from leakwatch.config.amount import AmountConfig
from leakwatch.config.imaging import CanvasConfig
from leakwatch.imaging.amount.beam import BeamSetting, beam_of
from leakwatch.imaging.amount.gauge import NO_PRODUCT, Gauge, make_gauge
from leakwatch.imaging.canvas import lay_canvas
from leakwatch.nouns import Calibration, CArm, Medium, PerFrame

TOLD = {"cement": "baso4_30", "aluminium_mm": 2.5, "copper_mm": 0.2, "kvp": 80.0}
ARM = CArm(0.0, 0.0, 1100.0, 720.0, (0.5, 0.5))


def settings(**changes):
    return AmountConfig.model_validate({k: v for k, v in (TOLD | changes).items() if v is not None})


@pytest.fixture
def run(make_run):
    known = make_run()
    chain = replace(known.intensity, calibration=Calibration.CALIBRATED)
    return replace(known, intensity=chain, geometry=ARM)


def gauge_of(run, config):
    return make_gauge(run, lay_canvas(run, [], CanvasConfig()), config)


def test_all_that_is_needed_gives_a_gauge(run):
    gauge = gauge_of(run, settings())
    assert isinstance(gauge, Gauge)
    assert gauge.scatter_low < gauge.scatter < gauge.scatter_high < 1
    assert gauge.depth_share == pytest.approx(2 * 25 / 720)


def test_a_recipe_does_as_well_as_a_product(run):
    assert isinstance(gauge_of(run, settings(cement={"opacifier": "baso4", "mass_share": 0.2})), Gauge)


@pytest.mark.parametrize(
    ("missing", "named"),
    [("cement", "cement"), ("kvp", "KVP"), ("aluminium_mm", "aluminium_mm"), ("copper_mm", "copper_mm")],
)
def test_what_is_missing_is_named(run, missing, named):
    why = gauge_of(run, settings(**{missing: None}))
    assert isinstance(why, str)
    assert named in why
    assert (why == NO_PRODUCT) == (missing == "cement")


@pytest.mark.parametrize("calibration", [Calibration.MONOTONE, Calibration.DISPLAY])
def test_an_intensity_that_does_not_lead_back_gives_none(run, calibration):
    chain = replace(run.intensity, calibration=calibration)
    assert "not calibrated" in gauge_of(replace(run, intensity=chain), settings())


def test_pictures_already_subtracted_give_none(run):
    assert "subtracted" in gauge_of(
        replace(run, intensity=replace(run.intensity, subtracted=True)), settings()
    )


def test_a_video_gives_none(run):
    assert "video" in gauge_of(replace(run, medium=Medium.VIDEO), settings())


def test_without_the_size_of_a_pixel_there_is_none(run):
    assert "pixel" in gauge_of(replace(run, geometry=CArm()), settings())


def test_a_cement_that_is_hardly_seen_gives_none(run):
    recipe = {"opacifier": "baso4", "mass_share": 0.0, "g_per_cm3": 1.0}
    assert "hardly denser" in gauge_of(run, settings(cement=recipe))


def test_the_file_states_what_the_settings_do_not(run):
    tags = {
        "KVP": "72",
        "FilterMaterial": "ALUMINUM\\COPPER",
        "FilterThicknessMinimum": "1.0\\0.2",
        "FilterThicknessMaximum": "1.0\\0.4",
    }
    found = beam_of(replace(run, tags=tags), settings(kvp=None, copper_mm=None))
    assert found == BeamSetting(72.0, 2.5, pytest.approx(0.3))
    assert beam_of(replace(run, tags=tags), settings()) == BeamSetting(80.0, 2.5, 0.2)


@pytest.mark.parametrize("text", ["", "many", "nan", "1e9", "-80"])
def test_a_voltage_that_is_none_is_not_taken(run, text):
    assert "KVP" in beam_of(replace(run, tags={"KVP": text}), settings(kvp=None))


@pytest.mark.parametrize(
    "tags",
    [
        {"FilterMaterial": "COPPER"},
        {"FilterMaterial": "COPPER\\COPPER", "FilterThicknessMinimum": "0.1"},
        {"FilterMaterial": "COPPER", "FilterThicknessMinimum": "thick"},
    ],
)
def test_filters_stated_by_halves_are_not_known(run, tags):
    assert "copper_mm" in beam_of(replace(run, tags=tags), settings(copper_mm=None))


def test_a_voltage_that_changes_within_the_run_gives_none(run):
    rising = PerFrame(kvp=np.linspace(70.0, 80.0, run.frames))
    assert "from 70 to 80" in beam_of(replace(run, per_frame=rising), settings(kvp=None))
    steady = PerFrame(kvp=np.array([70.5] + [np.nan] * (run.frames - 1)))
    assert beam_of(replace(run, per_frame=steady), settings(kvp=None)) == BeamSetting(70.5, 2.5, 0.2)
