"""What is said of a whole run once its last frame has been seen."""

from __future__ import annotations

from dataclasses import dataclass, field

from leakwatch.nouns.amount import RunVolume
from leakwatch.nouns.event import LeakEvent
from leakwatch.nouns.shadow import CementShadow


@dataclass(frozen=True, slots=True)
class Smallest:
    """Diameter of the smallest sphere of cement that one place shows, stored pixels; or None and why."""

    diameter_px: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BlindShare:
    """Share of the outline at which a leak of `leak_mm` across would not be seen in this view.

    Attributes
    ----------
    share
        On more than half of the judged frames, all causes together, 0 to 1; None with `reason` where it
        cannot be told.
    covered, metal, noise
        The part of each cause: no open picture (shutter, collimator, text, or a value beyond what the
        detector resolves), under metal, and too noisy.
    throughout
        On every judged frame: even a leak that stays is not seen there.
    first, last
        On the first and the last judged frame.
    frames
        Judged frames that were counted, from when cement was seen on, whose contrast is the scale; all of
        them where none was.
    """

    leak_mm: float
    share: float | None = None
    covered: float | None = None
    metal: float | None = None
    noise: float | None = None
    reason: str = ""
    throughout: float | None = None
    first: float | None = None
    last: float | None = None
    frames: int = 0


@dataclass(frozen=True, slots=True)
class SeenNeedle:
    """A needle as it lay when the run began.

    Attributes
    ----------
    tip_xy_px
        Its inner end, x = column, y = row, on the first frame that was judged.
    towards_tip
        Unit vector along it in the picture, x and y, from outside to the tip.
    radius_px
        Half its width; by blur up to a pixel of the analysis more than it is.
    """

    tip_xy_px: tuple[float, float]
    towards_tip: tuple[float, float]
    radius_px: float


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What became of going on from an earlier run of the same view.

    Attributes
    ----------
    sop_instance_uid, pause_s
        That run, and how long after its end this one began.
    frame
        The first frame on which the bone was found again; None, with `reason`, where nothing was taken up.
    moved_px
        How far the bone lay from where the earlier run saw it last: + right, + down.
    """

    sop_instance_uid: str
    pause_s: float
    frame: int | None = None
    moved_px: tuple[float, float] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The end of a run's analysis.

    Attributes
    ----------
    events
        Leaks in order of alarm.
    noise_sigma
        Noise of one pixel in the last judged frame, in the run's own attenuation units.
    smallest_diameter_px
        Diameter of the smallest sphere of this run's cement that one frame shows at a contrast-to-noise
        ratio of 5 (Rose), from the measured noise; None with `smallest_reason` where it cannot be told.
    smallest_at_edge, smallest_behind_bolus
        The same next to the bone and behind the densest cement; None where nothing was analysed.
    blind
        Where along the outline this view shows nothing; None where nothing was analysed.
    volume
        Of cement; None where nothing was analysed.
    shadow
        Of the cement, for another view to tell its depth; None where nothing was analysed, no cement was
        seen, it is not known where the bone is, or contrast is not attenuation.
    needles
        Those that were seen beside or in the bone from the beginning, those seen end on left out.
    taken_up
        Whether it goes on from an earlier run; None where there is none to go on from.
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
    smallest_at_edge: Smallest | None = None
    smallest_behind_bolus: Smallest | None = None
    blind: BlindShare | None = None
    volume: RunVolume | None = None
    needles: tuple[SeenNeedle, ...] = ()
    shadow: CementShadow | None = None
    taken_up: TakenUp | None = None

    @property
    def goes_on_from(self) -> str | None:
        """SOP Instance UID of the run that this one goes on from; None where it began anew."""
        taken_up = self.taken_up
        return None if taken_up is None or taken_up.frame is None else taken_up.sop_instance_uid
