"""Volumes as they stand in the documents."""

from __future__ import annotations

from leakwatch.nouns import Amount, AnalysedRun

NOTHING = "nothing was analysed"
_NOT_MEASURED = "it was never measured on a judged frame"


def number(amount: Amount | None) -> float | None:
    """Give the number itself."""
    return None if amount is None else amount.value


def interval(amount: Amount | None) -> list[float] | None:
    """Give its 95 % interval."""
    return None if amount is None else [amount.low, amount.high]


def volume(analysed: AnalysedRun) -> dict[str, object]:
    """Cement of a run as last measured, in this view, and why a number is missing."""
    told = analysed.summary.volume
    if told is None:
        return {"cement_ul": None, "extraosseous_ul": None, "extraosseous_fraction": None, "reason": NOTHING}
    return {
        "frame": told.frame,
        "cement_ul": number(told.cement),
        "cement_interval_ul": interval(told.cement),
        "extraosseous_ul": number(told.extraosseous),
        "extraosseous_interval_ul": interval(told.extraosseous),
        "extraosseous_fraction": number(told.extraosseous_fraction),
        "extraosseous_fraction_interval": interval(told.extraosseous_fraction),
        "reason": told.reason or None,
    }


def volume_reason(analysed: AnalysedRun) -> str:
    """Say why a leak of a run has no volume."""
    told = analysed.summary.volume
    if told is None:
        return NOTHING
    return told.reason if told.cement is None and told.reason else _NOT_MEASURED
