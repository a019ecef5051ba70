"""How much cement: a volume with what it may be off by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and its 95 % interval: µl, or a share of 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FrameVolume:
    """Cement of one frame, µl; it includes the leak. `leak` is None without an outline."""

    cement: Amount
    leak: Amount | None


@dataclass(frozen=True, slots=True)
class RunVolume:
    """Cement of a run as last measured.

    Attributes
    ----------
    cement, extraosseous
        µl; of what was seen outside the outline in this view, for the second. None with `reason`.
    extraosseous_fraction
        Share of the first that the second is.
    frame
        On which it was measured.
    reason
        Why a number is missing; empty where none is.
    """

    cement: Amount | None = None
    extraosseous: Amount | None = None
    extraosseous_fraction: Amount | None = None
    frame: int | None = None
    reason: str = ""
