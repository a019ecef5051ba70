"""How much darker than background, noise and nuisance each pixel is, in units of their spread.

Cement only ever darkens. Whatever brightens is therefore noise or nuisance, and tells, pixel by pixel and
frame by frame, how much darkening means nothing: the evidence is scaled by the brightening around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.config.imaging import EvidenceConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask, smooth, smooth_within
from leakwatch.imaging.softtissue import edges_of, remove_sliding

_CORE_SIGMA = 6.0  # beyond this a pixel does not speak for the background
_SHORTEST_SHARE, _LONGEST_SHARE = 0.02, 0.7
_SIGMA_FROM_MEDIAN = 1.4826
_LEAST_SUPPORT = 0.25
_LITTLE, _TINY = 1e-5, 1e-30


@dataclass(frozen=True, slots=True)
class Evidence:
    """One frame's evidence on the canvas.

    Attributes
    ----------
    contrast
        (rows, columns) float32: averaged, smoothed darkening in attenuation units.
    sigma
        (rows, columns) float32: spread of what is not cement, same units.
    floor
        The noise part of `sigma`, one number.
    broad
        (rows, columns) float32: darkening beside the bone at a coarser scale and over a longer time, in units
        of its own spread; 0 elsewhere. None where it is not looked at.
    """

    contrast: Image
    sigma: Image
    floor: float
    broad: Image | None = None

    @property
    def z(self) -> Image:
        """Darkening in units of its spread; the brightening side is the null."""
        return self.contrast / self.sigma

    @property
    def darkest(self) -> Image:
        """The larger of `z` and `broad`."""
        return self.z if self.broad is None else np.maximum(self.z, self.broad)


def remember(memory: Image, difference: Image, elapsed_s: float, memory_s: float) -> Image:
    """Recursive average of difference pictures with a time constant."""
    share = float(np.clip(1 - np.exp(-elapsed_s / memory_s), _SHORTEST_SHARE, _LONGEST_SHARE))
    return memory + np.float32(share) * (difference - memory)


def weigh(
    memory: Image, reference: Image, background: Mask, canvas: Canvas, config: EvidenceConfig
) -> Evidence:
    """Turn an averaged difference into evidence.

    Parameters
    ----------
    memory
        Averaged difference to the reference, larger = more material.
    background
        Where noise and nuisance may be measured: no metal, no known cement, nothing under the shutter.
    """
    edges = edges_of(reference, canvas, config)
    contrast, floor = _levelled(memory, edges, background, canvas, config)
    bright = (background & (contrast < 0)).astype(np.float32)
    return Evidence(contrast, _spread(contrast, bright, edges, floor, canvas, config), floor)


def weigh_broadly(
    slow: Image, reference: Image, background: Mask, beside: Mask, canvas: Canvas, config: EvidenceConfig
) -> Image:
    """Weigh what many pixels show together, of which none does alone: thin or weak cement over an area.

    Parameters
    ----------
    slow
        Difference to the reference averaged over `broad_memory_s`.
    background
        As for `weigh`.
    beside
        Where it is looked for: beside the bone, beyond the error of its edge. Nothing else has a say in it,
        lest a dense bolus spread over its edge.

    Returns
    -------
    Image
        (rows, columns) darkening in units of its spread; 0 where too little of what is near lies beside.
    """
    edges = edges_of(reference, canvas, config)
    fine, _ = _levelled(slow, edges, background, canvas, config)
    near, reach = beside.astype(np.float32), canvas.pixels(config.broad_mm)
    support = smooth(near, reach)
    mean = smooth(fine * near, reach) / np.maximum(support, np.float32(_LEAST_SUPPORT))
    contrast = np.asarray(mean, np.float32)
    bright = beside & (contrast < 0)
    if not bright.any():
        return np.zeros_like(fine)
    spread = _spread(contrast, bright.astype(np.float32), edges, _noise(contrast, bright), canvas, config)
    return np.where(beside & (support > _LEAST_SUPPORT), contrast / spread, np.float32(0))


def _levelled(
    memory: Image, edges: tuple[Image, Image], background: Mask, canvas: Canvas, config: EvidenceConfig
) -> tuple[Image, float]:
    """Smooth a difference and take away what is broad and what slides; and give the noise that is left."""
    open_ = background.astype(np.float32)
    smoothed = smooth(memory, max(0.8, canvas.pixels(config.smoothing_mm)))
    rough = _SIGMA_FROM_MEDIAN * float(np.median(np.abs(smoothed[background]))) + 1e-9
    calm = open_ * (np.abs(smoothed) < _CORE_SIGMA * rough)
    level = smoothed - smooth_within(smoothed, calm, canvas.pixels(config.background_mm))
    contrast = remove_sliding(level, edges, open_, rough, canvas, config) if config.remove_sliding else level
    return contrast, _noise(contrast, background & (contrast < 0))


def _noise(contrast: Image, bright: Mask) -> float:
    """Spread of what brightens, which is no cement."""
    return _SIGMA_FROM_MEDIAN * float(np.median(np.abs(contrast[bright]))) + 1e-9


def _spread(
    contrast: Image,
    bright: Image,
    edges: tuple[Image, Image],
    floor: float,
    canvas: Canvas,
    config: EvidenceConfig,
) -> Image:
    """Largest of: the noise floor, the brightening nearby, and what sliding edges nearby amount to."""
    if not config.local_nuisance:
        return np.full(contrast.shape, floor, np.float32)
    power = contrast * contrast
    nearby = 1.57 * smooth_within(np.abs(contrast), bright, canvas.pixels(config.nuisance_mm)) ** 2
    steep = edges[0] ** 2 + edges[1] ** 2
    reach = canvas.pixels(2 * config.nuisance_mm)
    excess = smooth((power - floor**2) * bright * steep, reach)
    leverage = smooth(steep * steep * bright, reach)
    # relative to the picture's own: gain is unknown, and must not matter
    displacement = np.maximum(excess / (leverage + _LITTLE * float(leverage.mean()) + _TINY), 0)
    largest = np.maximum(np.maximum(nearby, floor**2), floor**2 + displacement * steep)
    return np.asarray(np.sqrt(largest), np.float32)
