"""How runs of different views are brought together."""

from pydantic import Field

from leakwatch.config.section import Section


class ViewsConfig(Section):
    """Pairing and fusion of views."""

    max_start_gap_s: float = Field(default=1.0, ge=0)
    """Two planes that start further apart than this are not simultaneous."""
    max_ray_gap_mm: float = Field(default=6.0, gt=0)
    """Rays to one leak from two views that miss each other by more are not the same leak."""
