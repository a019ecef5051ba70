"""Cement, where it goes and where it should not."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

from pydantic import Field, field_validator, model_validator

from leakwatch.config.cement_products import Product as Product
from leakwatch.config.section import Section


class LeakKind(StrEnum):
    """Where cement can go; each anatomy knows some of them."""

    LATERAL = "lateral"
    """Through the side wall into soft tissue (Yeom C)."""
    ANTERIOR = "anterior"
    """Through the front wall (Yeom C)."""
    POSTERIOR = "posterior"
    """Through the back wall into the canal (Yeom C)."""
    EPIDURAL = "epidural"
    """Along the basivertebral vein into the epidural veins (Yeom B)."""
    VEIN = "vein"
    """Into a segmental vein (Yeom S)."""
    DISC = "disc"
    """Through an endplate (Yeom D)."""
    NEEDLE_TRACK = "needle_track"
    """Back along the needle."""
    FORAMINAL = "foraminal"
    """Into the foramen of a nerve root."""
    INTRA_ARTICULAR = "intra_articular"
    """Into the hip joint."""
    PRESACRAL = "presacral"
    """Through the front of the sacrum."""
    SOFT_TISSUE = "soft_tissue"
    """Through the wall of a femur or pelvis into muscle."""


class Pause(Section):
    """A stretch in which nothing is pushed."""

    after_s: float = Field(ge=0)
    """On the case's clock."""
    duration_s: float = Field(gt=0)


class CementSection(Section):
    """The injection."""

    product: Product = Product.BASO4_30
    start_s: float = Field(default=2.3, ge=0)
    rate_ml_per_min: float = Field(default=8.0, ge=0)
    """What stays in the bone; a leak is beside it."""
    pauses: tuple[Pause, ...] = ()
    porosity: float = Field(default=0.88, gt=0, le=1)
    """Share of trabecular space that cement can fill."""
    heterogeneity: float = Field(default=0.9, ge=0)
    """Standard deviation of the logarithm of the bone's resistance."""

    @field_validator("pauses")
    @classmethod
    def _pauses_follow_each_other(cls, pauses: tuple[Pause, ...]) -> tuple[Pause, ...]:
        ordered = tuple(sorted(pauses, key=lambda pause: pause.after_s))
        for before, after in pairwise(ordered):
            if after.after_s < before.after_s + before.duration_s:
                msg = f"the pause at {after.after_s:g} s begins before the one at {before.after_s:g} s ends"
                raise ValueError(msg)
        return ordered


class EmbolusSection(Section):
    """The far end of a leak in a vein breaks off and travels on."""

    start_s: float = Field(gt=0)
    volume_ul: float = Field(default=12.0, gt=0)
    speed_mm_per_s: float = Field(default=18.0, gt=0)


class LeakSection(Section):
    """Cement leaving the bone, beside what goes on filling it."""

    kind: LeakKind = LeakKind.LATERAL
    start_s: float = Field(default=4.0, ge=0)
    rate_ml_per_min: float = Field(default=3.0, gt=0)
    stop_s: float | None = Field(default=None, gt=0)
    """When it has sealed itself; None: it goes on."""
    embolus: EmbolusSection | None = None

    @model_validator(mode="after")
    def _stops_after_it_starts(self) -> LeakSection:
        if self.stop_s is not None and self.stop_s <= self.start_s:
            msg = f"a leak cannot stop at {self.stop_s:g} s and start at {self.start_s:g} s"
            raise ValueError(msg)
        return self
