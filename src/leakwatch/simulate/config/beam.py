"""The X-ray beam."""

from __future__ import annotations

from pydantic import Field

from leakwatch.config.section import Section


class BeamSection(Section):
    """Tube voltage and what filters the beam before the patient."""

    kvp: float = Field(default=80.0, ge=50, le=120)
    aluminium_mm: float = Field(default=2.5, ge=0, le=10)
    copper_mm: float = Field(default=0.2, ge=0, le=2)
    bins: int = Field(default=14, ge=3, le=60)
    """How many energies stand for the spectrum: 14 are within 0.1 % of it behind all that a case holds."""
    monochromatic_kev: float | None = Field(default=None, ge=20, le=120)
    """One energy in place of a spectrum: no beam hardening."""
