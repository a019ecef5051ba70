import pytest

from leakwatch.nouns import CArm
from leakwatch.simulate.beam.projection import Canvas
from leakwatch.simulate.run import SimulatedFrame, SimulatedRun
from leakwatch.simulate.testing import tiny_runs


@pytest.fixture
def canvas() -> Canvas:
    return Canvas(CArm(0.0, 0.0, 1100.0, 720.0, (1.0, 1.0)), 64, 64, margin_px=2, oversampling=2)


@pytest.fixture(scope="session")
def leaking_run() -> SimulatedRun:
    return tiny_runs("lateral", size_px=96, frames=26)[0]


@pytest.fixture(scope="session")
def leaking_frames(leaking_run: SimulatedRun) -> list[SimulatedFrame]:
    return list(leaking_run.frames())
