"""Minimise a rough function of a few variables by covariance matrix adaptation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray


def minimise(
    cost: Callable[[NDArray[np.float64]], float],
    scale: ArrayLike,
    generations: int,
    population: int,
    rng: np.random.Generator,
    smallest: float = 0.02,
) -> tuple[NDArray[np.float64], float]:
    """Search from the origin by CMA-ES (Hansen, The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772).

    Parameters
    ----------
    scale
        (n,) first standard deviation of each variable.
    smallest
        Stop when steps are this share of `scale`.

    Returns
    -------
    place, cost
        The last mean of the search, (n,), and its cost.
    """
    unit = np.asarray(scale, np.float64)
    n, mu = len(unit), population // 2
    weights = np.log(mu + 0.5) - np.log(np.arange(1, mu + 1))
    weights /= weights.sum()
    effective = 1 / np.sum(weights**2)
    c_sigma = (effective + 2) / (n + effective + 5)
    damping = 1 + c_sigma + 2 * max(0.0, float(np.sqrt((effective - 1) / (n + 1))) - 1)
    c_path = (4 + effective / n) / (n + 4 + 2 * effective / n)
    c_one = 2 / ((n + 1.3) ** 2 + effective)
    c_mu = min(1 - c_one, 2 * (effective - 2 + 1 / effective) / ((n + 2) ** 2 + effective))
    usual = np.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n**2))
    mean, sigma = np.zeros(n), 1.0
    covariance, path, path_sigma = np.eye(n), np.zeros(n), np.zeros(n)
    for generation in range(1, generations + 1):
        lengths, axes = np.linalg.eigh(covariance)
        root = np.sqrt(np.maximum(lengths, 1e-12))
        steps = rng.standard_normal((population, n)) * root @ axes.T
        costs = [cost((mean + sigma * step) * unit) for step in steps]
        best = steps[np.argsort(costs)[:mu]]
        step = weights @ best
        mean = mean + sigma * step
        whitened = axes @ ((axes.T @ step) / root)
        path_sigma = (1 - c_sigma) * path_sigma + np.sqrt(c_sigma * (2 - c_sigma) * effective) * whitened
        length = np.linalg.norm(path_sigma)
        steady = length / np.sqrt(1 - (1 - c_sigma) ** (2 * generation)) < (1.4 + 2 / (n + 1)) * usual
        path = (1 - c_path) * path + steady * np.sqrt(c_path * (2 - c_path) * effective) * step
        covariance = (
            (1 - c_one - c_mu) * covariance + c_one * np.outer(path, path) + c_mu * (best.T * weights) @ best
        )
        sigma *= float(np.exp(c_sigma / damping * (length / usual - 1)))
        if sigma * float(np.sqrt(np.diag(covariance).max())) < smallest:
            break
    return mean * unit, cost(mean * unit)
