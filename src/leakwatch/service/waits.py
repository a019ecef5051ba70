"""How long to wait: for what belongs to a run, and before something is tried again."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.config import Config
from leakwatch.config.listen import RetryConfig


@dataclass(frozen=True, slots=True)
class Patience:
    """For what may still belong to what has come.

    Attributes
    ----------
    partner_wait_s
        For the other plane.
    series_quiet_s
        For another picture of a series of single ones.
    late_s
        For either, after the analysis.
    max_start_gap_s
        Between the starts of two planes that name nobody.
    """

    partner_wait_s: float
    series_quiet_s: float
    late_s: float
    max_start_gap_s: float


def patience_of(config: Config) -> Patience:
    """Read it from the settings."""
    own = config.listen
    return Patience(own.partner_wait_s, own.series_quiet_s, own.late_s, config.views.max_start_gap_s)


def wait_s(retry: RetryConfig, attempts: int) -> float:
    """Double with every attempt, from the first wait to the longest; `attempts` counts from 1."""
    doublings = min(max(attempts, 1) - 1, 60)
    return float(min(retry.first_s * 2.0**doublings, retry.most_s))
