"""How long to wait before something is tried again."""

from __future__ import annotations

from leakwatch.config.listen import RetryConfig


def wait_s(retry: RetryConfig, attempts: int) -> float:
    """Double with every attempt, from the first wait to the longest; `attempts` counts from 1."""
    doublings = min(max(attempts, 1) - 1, 60)
    return float(min(retry.first_s * 2.0**doublings, retry.most_s))
