"""What happens in a case beside breathing and cement; everything is off until it is asked for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from leakwatch.config.section import Section
from leakwatch.simulate.config.anatomy import Vector


class NeedleMoveSection(Section):
    """The needle slides along its own axis, or is pulled out altogether."""

    start_s: float = Field(ge=0)
    duration_s: float = Field(default=1.2, gt=0)
    back_mm: float = Field(default=6.0)
    """How far it is drawn back; negative pushes it on."""


class StyletSection(Section):
    """The stylet fills the needle until it is pulled out; cement then runs down the empty tube."""

    out_s: float = Field(ge=0)
    duration_s: float = Field(default=0.8, gt=0)


class HandSection(Section):
    """A gloved hand, or a syringe with its tubing, comes over the border of the picture."""

    thing: Literal["hand", "syringe"] = "hand"
    start_s: float = Field(ge=0)
    stay_s: float = Field(default=1.5, gt=0)
    border: Literal["left", "right", "top", "bottom"] = "right"
    reach_mm: float = Field(default=28.0, gt=0)
    """How far past the border it comes, at the isocentre plane."""
    view: int | None = Field(default=None, ge=0)
    """The only view that sees it; None: all do."""


class PriorCementSection(Section):
    """Cement of an earlier session in the next body."""

    volume_ml: float = Field(default=3.0, gt=0)


class VenogramSection(Section):
    """Contrast medium pushed through the needle before the cement, and washed out by the blood."""

    start_s: float = Field(default=0.5, ge=0)
    duration_s: float = Field(default=1.0, gt=0)
    volume_ml: float = Field(default=1.5, gt=0)
    washout_s: float = Field(default=0.9, gt=0)
    """Time constant of the washout; an osteoporotic body keeps a stain for long."""


class GasWaveSection(Section):
    """A pocket of gas is squeezed along the bowel."""

    start_s: float = Field(ge=0)
    duration_s: float = Field(default=2.0, gt=0)
    along_mm: Vector = (-35.0, 0.0, 10.0)
    radius_mm: float = Field(default=11.0, gt=2)
    from_mm: Vector = (30.0, -60.0, 5.0)
    """Where it starts, from the treated bone's centre."""


class DisturbanceSection(Section):
    """Each is switched on by being given."""

    needle_move: NeedleMoveSection | None = None
    stylet: StyletSection | None = None
    hand: HandSection | None = None
    prior_cement: PriorCementSection | None = None
    venogram: VenogramSection | None = None
    gas_wave: GasWaveSection | None = None
