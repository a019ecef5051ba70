"""What a run is asked to say of its own limits."""

from pydantic import Field

from leakwatch.config.section import Section


class LimitsConfig(Section):
    """The share of the outline at which a leak would not be seen."""

    leak_mm: float = Field(default=3.0, gt=0)
    """Diameter of the leak that is asked about."""
    warn_share: float = Field(default=0.25, ge=0, le=1)
    """More of the outline than this being blind is worth a warning."""
