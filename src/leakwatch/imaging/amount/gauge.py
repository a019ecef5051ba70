"""What turns a run's contrast into volume, or why nothing does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.beam.materials import Material, cement, cement_from_recipe
from leakwatch.config.amount import AmountConfig
from leakwatch.config.cement_products import CementRecipe, Product
from leakwatch.imaging.amount.beam import beam_of
from leakwatch.imaging.amount.curve import Curve, cement_curve
from leakwatch.imaging.canvas import Canvas
from leakwatch.nouns import Calibration, Medium, Run

NO_PRODUCT = "the cement is not given (imaging.amount.cement)"
_THIN_MM = 1.0
_LEAST_CONTRAST = 0.002  # per millimetre: below, thickness is noise


@dataclass(frozen=True, slots=True)
class Gauge:
    """All that is needed to measure, for one run.

    Attributes
    ----------
    curve, lean, stout
        Thickness of contrast behind the patient as stated, and behind as much less and more as may be.
    scatter, scatter_low, scatter_high
        Share of the whole signal that is scatter: k / (1 + k) of the scatter-to-primary ratio k.
    scatter_px
        How far it spreads, working pixels.
    pixel_mm2
        Area of a working pixel at the isocentre's plane.
    depth_share
        How far that may be off either way.
    """

    curve: Curve
    lean: Curve
    stout: Curve
    scatter: float
    scatter_low: float
    scatter_high: float
    scatter_px: float
    pixel_mm2: float
    depth_share: float


def make_gauge(run: Run, canvas: Canvas, config: AmountConfig) -> Gauge | str:
    """Prepare to measure volumes; or say why they cannot be told."""
    if config.cement is None:
        return NO_PRODUCT
    why = _not_invertible(run)
    if why:
        return why
    size = run.geometry.pixel_mm
    if size is None:
        return "the size of a pixel at the isocentre is not known"
    beam = beam_of(run, config)
    if isinstance(beam, str):
        return beam
    material = _material(config.cement)
    lean = max(0.0, config.patient_mm - config.patient_error_mm)
    likely, thin, thick = (
        cement_curve(material, beam.kvp, beam.aluminium_mm, beam.copper_mm, patient_mm)
        for patient_mm in (config.patient_mm, lean, config.patient_mm + config.patient_error_mm)
    )
    per_mm = float(np.interp(_THIN_MM, likely.thickness_mm, likely.contrast)) / _THIN_MM
    if per_mm < _LEAST_CONTRAST or any(
        np.any(np.diff(curve.contrast) <= 0) for curve in (likely, thin, thick)
    ):
        return "the stated cement is hardly denser than the soft tissue it displaces"
    k, off = config.scatter_to_primary, config.scatter_error
    depth = 0.0 if run.geometry.sod_mm is None else 2 * config.depth_error_mm / run.geometry.sod_mm
    return Gauge(
        curve=likely,
        lean=thin,
        stout=thick,
        scatter=_share(k),
        scatter_low=_share(max(0.0, k - off)),
        scatter_high=_share(k + off),
        scatter_px=canvas.pixels(config.scatter_range_mm),
        pixel_mm2=size[0] * size[1] * canvas.binning**2,
        depth_share=depth,
    )


def _not_invertible(run: Run) -> str:
    if run.medium is Medium.VIDEO:
        return "a video's grey values do not lead back to attenuation"
    if run.intensity.subtracted:
        return "the pictures are already subtracted from a mask"
    if run.intensity.calibration is not Calibration.CALIBRATED:
        return (
            "the intensity of the run is not calibrated, so attenuation does not give a thickness of cement"
        )
    return ""


def _material(given: Product | CementRecipe) -> Material:
    return cement(given) if isinstance(given, Product) else cement_from_recipe(given)


def _share(ratio: float) -> float:
    return ratio / (1 + ratio)
