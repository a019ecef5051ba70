"""What the machine does to its pictures before it stores them."""

from __future__ import annotations

from pydantic import Field

from leakwatch.config.section import Section


class ProcessingSection(Section):
    """Off by default: what is stored is what was read."""

    recursive: float = Field(default=0.0, ge=0, lt=1)
    """Weight of the past in a first-order filter over frames."""
    recursive_yields_at: float | None = Field(default=None, gt=0)
    """Relative change of the local mean at which the past has lost all its weight; None: blind to motion."""
    edge_gain: float = Field(default=0.0, ge=0, le=4)
    """Unsharp masking of the logarithm: how much of the fine detail is added once more."""
    edge_px: float = Field(default=1.5, gt=0)
    """Standard deviation of the unsharp picture."""
    burned_in_text: str = Field(default="", max_length=40, pattern=r"^[ -~]*$")
    """Printed into the upper left corner."""
