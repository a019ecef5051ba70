"""What must be known to turn attenuation into millimetres and microlitres of cement."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from leakwatch.config.section import Section


class Product(StrEnum):
    """Cements whose attenuation follows from their composition.

    Makers state shares of the powder; the set cement holds five eighths of them (Lewis 2007).
    """

    BASO4_10 = "baso4_10"
    """10 % of the set cement is barium sulphate."""
    BASO4_30 = "baso4_30"
    """30 % of the powder, 18.7 % of the set cement."""
    BASO4_45 = "baso4_45"
    """45 % of the powder, 28 % of the set cement."""
    BASO4_HIGH = "baso4_high"
    """30 % of the set cement."""
    ZRO2_30 = "zro2_30"
    """30 % of the set cement is zirconia, near 45 % of the powder."""
    TANTALUM_10 = "tantalum_10"
    """10 % of the set cement."""
    CALCIUM_PHOSPHATE = "calcium_phosphate"
    """Porous hydroxyapatite, 1.6 g/cm³, with nothing added."""
    PMMA = "pmma"
    """With nothing added: hardly seen."""


class CementRecipe(Section):
    """What a set cement holds beside PMMA."""

    opacifier: Literal["baso4", "zro2", "tantalum"]
    mass_share: float = Field(ge=0, le=0.6)
    """By weight of the set cement, not of the powder."""
    g_per_cm3: float | None = Field(default=None, gt=0.5, lt=6)
    """Density of the set cement; that of an ideal mixture where not given."""


class AmountConfig(Section):
    """Thickness and volume of cement; they need the recipe and the beam.

    The analysis writes no volumes yet: until it does, these settings change nothing.
    """

    cement: Product | CementRecipe | None = None
    """Without it no volume is given."""
    kvp: float | None = Field(default=None, ge=40, le=150)
    """Tube voltage, where the recording does not state it."""
    aluminium_mm: float | None = Field(default=None, ge=0, le=20)
    """Filtration of the beam, inherent and added; both metals must be stated."""
    copper_mm: float | None = Field(default=None, ge=0, le=3)
    patient_mm: float = Field(default=220.0, ge=0, le=600)
    """Soft tissue that the beam crosses: it hardens it."""
    patient_error_mm: float = Field(default=60.0, ge=0)
    scatter_to_primary: float = Field(default=0.7, ge=0, le=10)
    """At the detector, behind the grid."""
    scatter_error: float = Field(default=0.4, ge=0)
    """How far the ratio may be off either way."""
    scatter_range_mm: float = Field(default=20.0, gt=0)
    """How far scatter spreads, as the standard deviation of a Gaussian."""
    depth_error_mm: float = Field(default=25.0, ge=0)
    """How far from the isocentre's plane the cement may lie: it changes the magnification."""
