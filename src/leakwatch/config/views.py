"""How runs of different views are brought together."""

from pydantic import Field

from leakwatch.config.section import Section


class ViewsConfig(Section):
    """Pairing and fusion of views."""

    max_start_gap_s: float = Field(default=1.0, ge=0)
    """Two planes that start further apart than this are not simultaneous."""
    max_swing_gap_s: float = Field(default=300.0, ge=0)
    """A run that follows another by more is not its other view."""
    go_on: bool = True
    """Whether a run takes up what an earlier one of the same view has learned."""
    max_pause_s: float = Field(default=1800.0, ge=0)
    """A run that follows an earlier one of the same view by more begins anew."""
    same_view_deg: float = Field(default=1.0, ge=0)
    """An arm that stands further off looks from another side."""
    angle_error_deg: float = Field(default=2.0, gt=0)
    """What a machine's stated angles are off by about each axis, one standard deviation."""
    isocentre_error_mm: float = Field(default=3.0, gt=0)
    """What the isocentres of two views are apart along each axis, one standard deviation."""
    max_ray_gap_mm: float = Field(default=6.0, gt=0)
    """Rays to one leak from two views that miss each other by more are not the same leak."""
    leak_reach_mm: float = Field(default=30.0, gt=0)
    """How far from the treated bone a leak is looked for in the other view."""
    line_guard_mm: float = Field(default=10.0, ge=0)
    """How far stated geometry and the bone's motion may put a line off: nearer to the bone, it may hide."""
    second_look_s: float = Field(default=1.5, ge=0)
    """How long the other view must have been clear before it contradicts."""
