"""What a de-identified export keeps beyond the basic profile."""

from typing import Literal

from leakwatch.config.section import Section


class DeidentifyConfig(Section):
    """PS3.15 Annex E, basic profile, and two of its options."""

    dates: Literal["remove", "shift", "keep"] = "remove"
    """``shift`` moves all dates of a patient by the same days, which the key decides; times of day stay."""
    keep_device: bool = False
    """Keep station, serial and detector numbers."""
