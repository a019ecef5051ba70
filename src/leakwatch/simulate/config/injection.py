"""Cement, where it goes and where it should not."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from leakwatch.config.section import Section


class Product(StrEnum):
    """Cements whose attenuation is tabulated in `materials`."""

    BASO4_10 = "baso4_10"
    BASO4_30 = "baso4_30"
    BASO4_HIGH = "baso4_high"
    ZRO2_30 = "zro2_30"
    TANTALUM_10 = "tantalum_10"
    CALCIUM_PHOSPHATE = "calcium_phosphate"
    PMMA = "pmma"


class LeakKind(StrEnum):
    """Where cement can go."""

    LATERAL = "lateral"
    EPIDURAL = "epidural"
    DISC = "disc"
    VEIN = "vein"


class CementSection(Section):
    """The injection."""

    product: Product = Product.BASO4_30
    start_s: float = Field(default=2.3, ge=0)
    rate_ml_per_min: float = Field(default=8.0, ge=0)
    porosity: float = Field(default=0.88, gt=0, le=1)
    """Share of trabecular space that cement can fill."""
    heterogeneity: float = Field(default=0.9, ge=0)
    """Standard deviation of the logarithm of the bone's resistance."""


class LeakSection(Section):
    """Cement leaving the bone, beside what goes on filling it."""

    kind: LeakKind = LeakKind.LATERAL
    start_s: float = Field(default=4.0, ge=0)
    rate_ml_per_min: float = Field(default=3.0, gt=0)
