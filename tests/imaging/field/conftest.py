"""Small patients without lead, made once."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from leakwatch.simulate.load import load_case
from leakwatch.simulate.run import simulate
from leakwatch.simulate.testing import tiny_config

from .machine import Scene


@pytest.fixture(scope="session")
def spine() -> Scene:
    """A lumbar spine with its needle, 192 x 192 pixels of 0.48 mm, three frames."""
    config = tiny_config(None, size_px=192, frames=3)
    frames = simulate(config, 5)[0].frames()
    return Scene(tuple(np.exp(-frame.attenuation) for frame in frames), config)


@pytest.fixture(scope="session")
def leaking_spine() -> Scene:
    """The same size with cement from frame 8 and a leak to the side from frame 14 on, 32 frames."""
    config = tiny_config("lateral", size_px=96, frames=32)
    frames = simulate(config, 5)[0].frames()
    return Scene(tuple(np.exp(-frame.attenuation) for frame in frames), config)


@pytest.fixture(scope="session")
def preset() -> object:
    """The first frames of a packaged case's first view."""

    def make(name: str, seed: int, view: int, count: int) -> Scene:
        config = load_case(name)
        frames = islice(simulate(config, seed)[view].frames(), count)
        return Scene(tuple(np.exp(-frame.attenuation) for frame in frames), config)

    return make
