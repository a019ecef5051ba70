"""What cements are made of, by the names that settings and the simulator share."""

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
