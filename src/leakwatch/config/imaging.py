"""The settings of the causal core, one section per stage.

Lengths are millimetres at the isocentre plane and times are seconds, so that one setting holds for every
matrix and frame rate; evidence is in units of this run's own measured noise.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from leakwatch.config.amount import AmountConfig
from leakwatch.config.limits import LimitsConfig
from leakwatch.config.section import Section


class FieldConfig(Section):
    """What of the picture is picture: blades and burned-in text are found and left out."""

    find_blades: bool = True
    """Collimator and shutter are looked for on every frame, whatever the tags say."""
    least_step: float = Field(default=0.35, gt=0)
    """A blade is denser than the picture beside it by so much: it takes away three tenths of the beam.

    The spread of the lighter part of the picture, where that is less: a picture's gain may be unknown.
    """
    margin_mm: float = Field(default=0.3, ge=0)
    """Left out inside a blade's edge, beyond its blur."""
    tags_differ_share: float = Field(default=0.02, gt=0, le=1)
    """Tags and picture disagree where this share of the picture is covered by one alone."""
    find_text: bool = True
    text_margin_px: int = Field(default=2, ge=0)
    """Left out around burned-in text and graphics: compression rings round their strokes."""


class PointConfig(Section):
    """A point in the treated bone, on a run's first frame: a click."""

    x: float
    """Column, 0-based, pixel centres at whole numbers."""
    y: float
    """Row."""
    sop_instance_uid: str | None = Field(default=None, pattern=r"^[0-9][0-9.]{0,63}$")
    """Of the run it was clicked in; without, of the only run there is."""


class BoneConfig(Section):
    """The treated bone, where no outline of it is given."""

    find: bool = True
    """Without, a run that has no outline has none."""
    least_confidence: float = Field(default=0.8, ge=0, le=1)
    """Dice that must be expected of an outline; of a lesser one nothing is decided."""
    search_s: float = Field(default=1.2, ge=0)
    """It is looked for so long; later there may be cement on it."""
    error_sigmas: float = Field(default=2.0, ge=0)
    """Spread must pass so many standard deviations of the edge, or `leak.outline_error_mm` if more."""
    points: tuple[PointConfig, ...] = ()
    """Clicks; see also `leakwatch analyze --point`."""


class CanvasConfig(Section):
    """The bone-fixed picture in which everything is compared."""

    margin_mm: float = Field(default=26.0, gt=0)
    """How far beyond the bone's outline the picture reaches, and leaks are looked for."""
    pixel_mm: float = Field(default=0.28, gt=0)
    """Frames much finer than this are averaged down before analysis."""
    assumed_width_mm: float = Field(default=150.0, gt=0)
    """Width of the picture where a run does not say how large its pixels are; sets filter sizes only."""


class MotionConfig(Section):
    """Registration locked to bone."""

    follow: bool = True
    """Without, the bone is taken to stand still: there to measure what following buys."""
    detail_mm: float = Field(default=0.26, gt=0)
    """Finest detail used. Bone has sharp edges; what overlies it is mostly smoother, and moves otherwise."""
    surround_mm: float = Field(default=3.0, ge=0)
    """Bone this far beyond the outline helps as well."""
    template_s: float = Field(default=6.0, gt=0)
    """The picture of the bone is averaged over this time, then fixed, so that it cannot drift."""
    search_mm: float = Field(default=16.0, gt=0)
    """How far a lost bone is searched for."""
    min_quality: float = Field(default=0.45, ge=0, le=1)
    """Below this the bone is lost and nothing is decided."""
    same_quality: float = Field(default=0.75, ge=0, le=1)
    """Below this a run does not go on from an earlier one: it may look at another bone."""
    jump_mm: float = Field(default=1.6, gt=0)
    """A displacement from one frame to the next beyond this, and beyond what breathing does, is a jump."""
    breathing_mm_s: float = Field(default=6.0, gt=0)
    """Fastest displacement that breathing explains."""
    jump_hold_s: float = Field(default=0.6, ge=0)
    """Nothing is decided for so long after a jump."""


class ReferenceConfig(Section):
    """The picture without cement that each frame is held against."""

    min_frames: float = Field(default=4.5, ge=2)
    """Frames needed, counted in frames of the present noise: a noisy start-up frame counts for less."""
    min_s: float = Field(default=0.65, ge=0)
    """Nothing is decided for so long, nor where a run goes on from another: its machine has to settle."""
    max_s: float = Field(default=4.0, gt=0)
    """The reference is refined for so long at most, and never once cement has been seen."""
    hold_s: float = Field(default=0.6, ge=0)
    """Frames wait so long before they count: cement is in the picture before it is seen."""


class EvidenceConfig(Section):
    """How much darker than background and noise a pixel is."""

    memory_s: float = Field(default=0.28, gt=0)
    """Time constant over which registered frames are averaged."""
    smoothing_mm: float = Field(default=0.28, gt=0)
    background_mm: float = Field(default=11.0, gt=0)
    """Differences smoother than this are scatter and soft tissue, not cement."""
    nuisance_mm: float = Field(default=7.0, gt=0)
    """Neighbourhood from which brightening, which cement cannot cause, tells the local nuisance."""
    edge_mm: float = Field(default=0.8, gt=0)
    """Scale of the edges whose displacement imitates cement."""
    flow_mm: float = Field(default=12.0, gt=0)
    """Soft tissue moves alike over about this distance."""
    broad: bool = False
    """Whether weak cement is looked for over an area and a longer time as well; on trial."""
    broad_mm: float = Field(default=0.9, gt=0)
    """Scale of that area."""
    broad_memory_s: float = Field(default=0.8, gt=0)
    """Time constant over which frames are averaged for it."""
    remove_sliding: bool = True
    """Without, what soft tissue does by sliding stays in the picture: there to measure what this buys."""
    local_nuisance: bool = True
    """Without, one spread holds for the whole picture: there to measure what local ones buy."""


class ObjectsConfig(Section):
    """Hands, syringes and needles that move."""

    find: bool = True
    """Without, they are not looked for: there to measure what this buys."""


NetworkRole = Literal["off", "draws", "weighs", "decides"]


class CementConfig(Section):
    """From evidence to a mask: by spreads (sigma) and `contact_mm`, and by the log odds of `network`."""

    seed_sigma: float = Field(default=6.0, gt=0)
    """Evidence that starts a component inside the bone, where cement is expected."""
    outside_seed_sigma: float = Field(default=6.0, gt=0)
    """Evidence that starts one next to the bone."""
    detached_seed_sigma: float = Field(default=8.0, gt=0)
    """Evidence that starts one further off, where gas and bowel wall darken too."""
    contact_mm: float = Field(default=4.0, ge=0)
    """How far "next to the bone" reaches: cement that leaves the bone is first seen here."""
    grow_sigma: float = Field(default=3.0, gt=0)
    """Evidence that belongs to one once started."""
    keep_sigma: float = Field(default=2.1, gt=0)
    """Evidence that keeps a pixel which was cement before."""
    agreed: bool = True
    """Whether less evidence does beside the bone where a network that weighs takes a pixel for cement too.

    `grow_sigma` then starts a component and `keep_sigma` belongs to one.
    """
    min_area_mm2: float = Field(default=0.4, ge=0)
    network: NetworkRole = "weighs"
    """What the network that tells cement is for.

    ``off``: it is not asked. ``draws``: cement is drawn and measured as it sees it, and levels of evidence
    alone decide what leaks. ``weighs``: so too, and its log odds are two more traits of what the levels find.
    ``decides``: they are in the place of the levels as well; on trial.
    """
    seed_log_odds: float = 0.5
    """Log odds, by the network, that start a component."""
    grow_log_odds: float = -0.3
    """Log odds that belong to one once started."""
    keep_log_odds: float = -1.0
    """Log odds that keep a pixel which was cement before."""


class LeakConfig(Section):
    """When cement counts as outside."""

    outline_error_mm: float = Field(default=0.75, ge=0)
    """Uncertainty of a drawn outline: spread must pass it before it counts as evidence of a leak."""


class ResetConfig(Section):
    """A moment at which the alarm was acknowledged: the injection had been halted, and goes on."""

    time_s: float | None = Field(default=None, ge=0)
    """Seconds since the run's first frame; the first frame at or after it counts."""
    frame: int | None = Field(default=None, ge=0)
    """Or its number."""
    sop_instance_uid: str | None = Field(default=None, pattern=r"^[0-9][0-9.]{0,63}$")
    """Of the run it is meant for; every run, without."""
    # free text may name a patient, so that it is read and goes nowhere
    note: str = Field(default="", max_length=500, exclude=True)
    """For whoever reads the list; it is not written anywhere."""

    @model_validator(mode="after")
    def _is_one_moment(self) -> Self:
        if (self.time_s is None) == (self.frame is None):
            msg = "a reset needs either time_s or frame"
            raise ValueError(msg)
        return self


class AlarmConfig(Section):
    """The sequential test over the leak evidence."""

    false_alarms_per_run: float = Field(default=0.05, gt=0, le=1)
    """How many false alarms a run without a leak may have; sets the threshold, by simulated recordings."""
    threshold: float | None = Field(default=None, gt=0)
    """Summed evidence that raises the alarm, where it is to be set by hand."""
    max_gain: float = Field(default=2.0, gt=0)
    """The most that one interval of 1/7.5 s can add, however sure it is: log odds."""
    max_loss: float = Field(default=1.5, gt=0)
    """The most that one can take away; also what an interval takes away in which nothing is seen."""
    learned: bool = True
    """Without, a piece counts by its mean evidence beyond `cement.grow_sigma` and nothing else.

    There to measure what the learned odds buy: the threshold is calibrated for them, not for this.
    """
    resets: tuple[ResetConfig, ...] = ()
    """When alarms were acknowledged; see also `leakwatch analyze --reset`."""


class ImagingConfig(Section):
    """Field, bone, motion, reference, evidence, cement, leak and alarm."""

    field: FieldConfig = FieldConfig()
    bone: BoneConfig = BoneConfig()
    canvas: CanvasConfig = CanvasConfig()
    motion: MotionConfig = MotionConfig()
    reference: ReferenceConfig = ReferenceConfig()
    evidence: EvidenceConfig = EvidenceConfig()
    objects: ObjectsConfig = ObjectsConfig()
    cement: CementConfig = CementConfig()
    leak: LeakConfig = LeakConfig()
    alarm: AlarmConfig = AlarmConfig()
    limits: LimitsConfig = LimitsConfig()
    amount: AmountConfig = AmountConfig()
