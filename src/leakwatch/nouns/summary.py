"""What is said of a whole run once its last frame has been seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from leakwatch.nouns.event import LeakEvent


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The end of a run's analysis.

    Attributes
    ----------
    events
        Leaks in order of alarm.
    noise_sigma
        Typical one-frame noise of the attenuation inside the bone, in the run's own attenuation units.
    smallest_diameter_px
        Diameter of the smallest sphere of this run's cement that one frame shows at a contrast-to-noise
        ratio of 5 (Rose), from the measured noise; None with `smallest_reason` where it cannot be told.
    warnings
        Sentences found out during the analysis.
    stage_seconds
        Processing time per stage, summed over frames.
    """

    events: tuple[LeakEvent, ...]
    noise_sigma: float | None = None
    smallest_diameter_px: float | None = None
    smallest_reason: str = ""
    warnings: tuple[str, ...] = ()
    stage_seconds: dict[str, float] = field(default_factory=dict)
