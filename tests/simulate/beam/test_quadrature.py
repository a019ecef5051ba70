import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.simulate.beam.quadrature import few_nodes

X = np.linspace(0.0, 1.0, 200)


@given(st.integers(3, 12), st.floats(-3, 3))
def test_few_positive_nodes_give_the_sums_of_many(count: int, slope: float) -> None:
    weights = np.exp(slope * X)
    decays = np.exp(-np.linspace(0, 6, 25)[:, None] * X)
    nodes, fitted = few_nodes(decays, weights, count)
    assert len(nodes) <= count
    assert np.all(np.diff(nodes) > 0)
    assert fitted.min() > 0
    assert fitted.sum() == pytest.approx(weights.sum())
    error = np.abs(decays[:, nodes] @ fitted / (decays @ weights) - 1).max()
    assert error < (0.12 if count < 6 else 0.005)


def test_what_few_nodes_can_do_exactly_they_do() -> None:
    weights = np.zeros(200)
    weights[[20, 90, 180]] = 0.2, 0.5, 0.3
    decays = np.exp(-np.linspace(0, 40, 60)[:, None] * X)
    nodes, fitted = few_nodes(decays, weights, 20)
    assert decays[:, nodes] @ fitted == pytest.approx(decays @ weights, rel=1e-4)
