from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.limits import ROSE_K, smallest_sphere_px
from leakwatch.imaging.sight import Shown, smallest_at_edge, smallest_behind_bolus

SHAPE = (80, 80)
NOTHING = np.zeros(SHAPE, np.bool_)
EVERYWHERE = np.ones(SHAPE, np.bool_)
BONE = NOTHING.copy()
BONE[20:60, 20:60] = True
RIM = NOTHING.copy()
RIM[14:66, 14:66] = True
RIM &= ~BONE
BOLUS = NOTHING.copy()
BOLUS[30:50, 30:50] = True


def shown(sigma: float = 0.01, noise_in_bolus: float = 0.02) -> Shown:
    rng = np.random.default_rng(4)
    picture = rng.normal(0, 0.02, SHAPE)
    picture[BOLUS] = 0.5 + rng.normal(0, noise_in_bolus, BOLUS.sum())
    contrast = np.where(BOLUS, 0.5, 0.0).astype(np.float32)
    spread = np.full(SHAPE, sigma, np.float32)
    evidence = Evidence(contrast, spread, 0.01)
    return Shown(
        picture.astype(np.float32), contrast, evidence, EVERYWHERE, contrast, EVERYWHERE, ~EVERYWHERE, 0
    )


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(0, 0.3))
def test_smallest_sphere_solves_its_formula(noise: float, per_px: float, nuisance: float) -> None:
    d = smallest_sphere_px(noise, per_px, nuisance)
    spread = np.hypot(2 * noise / (np.sqrt(np.pi) * d), nuisance)
    assert 2 / 3 * per_px * d == pytest.approx(ROSE_K * spread, rel=1e-4)


def test_nuisance_at_the_edge_takes_a_larger_leak() -> None:
    quiet = smallest_at_edge(shown(0.01), 0.02, 0.03, RIM, NOTHING).diameter_px
    restless = smallest_at_edge(shown(0.04), 0.02, 0.03, RIM, NOTHING).diameter_px
    assert quiet == pytest.approx(smallest_sphere_px(0.02, 0.03))
    assert quiet is not None
    assert restless is not None
    assert restless > 2 * quiet


def test_noise_behind_the_bolus_is_measured_there() -> None:
    alike = smallest_behind_bolus(shown(), 0.02, 0.03, BOLUS, NOTHING).diameter_px
    starved = smallest_behind_bolus(shown(noise_in_bolus=0.08), 0.02, 0.03, BOLUS, NOTHING).diameter_px
    assert alike is not None
    assert starved == pytest.approx(2 * alike, rel=0.2)  # four times the noise: twice the sphere


def test_what_cannot_be_told_has_a_reason() -> None:
    assert "outline" in smallest_at_edge(shown(), 0.02, 0.03, None, NOTHING).reason
    assert "cement" in smallest_at_edge(shown(), 0.02, None, RIM, NOTHING).reason
    assert "judged" in smallest_at_edge(None, 0.02, 0.03, RIM, NOTHING).reason
    assert "cement" in smallest_behind_bolus(shown(), 0.02, 0.03, NOTHING, NOTHING).reason
