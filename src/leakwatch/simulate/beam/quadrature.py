"""A few nodes that do for many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def few_nodes(
    integrands: NDArray[np.float64], weights: NDArray[np.float64], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Choose at most `count` of n nodes, with weights of their own, that give the same sums.

    Each of m integrands counts by its relative error. Nodes come one by one, each the one that explains
    most of what is still wrong, and all weights are then fitted anew by non-negative least squares
    (orthogonal matching pursuit with non-negative weights; Bruckstein 2008).

    Parameters
    ----------
    integrands
        (m, n) positive values of each integrand at each node.
    weights
        (n,) weights of all nodes.

    Returns
    -------
    nodes, weights
        (k,) indices in rising order and their weights, above 0, that sum to what `weights` sum to.
    """
    from scipy.optimize import nnls

    scaled = integrands / (integrands @ weights)[:, None]
    length = np.linalg.norm(scaled, axis=0)
    one = np.ones(len(scaled))
    nodes, fitted = np.empty(0, np.intp), np.empty(0)
    # A node can lose its weight to a better one, so that some rounds add nothing.
    for _ in range(2 * count):
        wrong = one - scaled[:, nodes] @ fitted
        candidates = np.union1d(nodes, [np.argmax(scaled.T @ wrong / length)])
        fitted = nnls(scaled[:, candidates], one, maxiter=50 * count)[0]
        nodes, fitted = candidates[fitted > 0], fitted[fitted > 0]
        if len(nodes) == count:
            break
    return nodes, fitted * (weights.sum() / fitted.sum())
