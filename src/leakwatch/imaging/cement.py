"""From evidence to a cement mask: seeds that grow, with memory, bridged across the needle."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from leakwatch.config.imaging import CementConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask, disc

_BRIDGE_MM = 2.0  # half the width of a 10 G cannula and its blurred rims


def seed_evidence(outside_px: Image, canvas: Canvas, config: CementConfig) -> Image:
    """Evidence that starts a component at each canvas pixel: less inside the bone, more far from it.

    `outside_px` is the distance to the outline, 0 inside.
    """
    near = np.where(outside_px > 0, config.outside_seed_sigma, config.seed_sigma)
    far = outside_px > canvas.pixels(config.contact_mm)
    return np.where(far, config.detached_seed_sigma, near).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Levels:
    """Evidence that is needed at each canvas pixel, (rows, columns).

    Attributes
    ----------
    seed
        To start a component.
    grow
        To belong to one.
    """

    seed: Image
    grow: Image


def levels_alone(outside_px: Image, canvas: Canvas, config: CementConfig) -> Levels:
    """Give the levels for evidence that nothing else speaks for; `outside_px` as in `seed_evidence`."""
    seed = seed_evidence(outside_px, canvas, config)
    return Levels(seed, np.full(seed.shape, config.grow_sigma, np.float32))


def levels_agreed(levels: Levels, odds: Image, outside_px: Image, config: CementConfig) -> Levels:
    """Lower them beside the bone, where the network takes a pixel for cement as well.

    A weak leak reaches no level by itself, and the network alone invents some: what both see is neither.
    In the bone the levels stay, for what is believed there closes the reference.

    Parameters
    ----------
    odds
        (rows, columns) log odds that the network gives each pixel.
    """
    beside = outside_px > 0
    starts, belongs = beside & (odds > config.seed_log_odds), beside & (odds > config.grow_log_odds)
    return Levels(
        np.where(starts, np.minimum(levels.seed, np.float32(config.grow_sigma)), levels.seed),
        np.where(belongs, np.minimum(levels.grow, np.float32(config.keep_sigma)), levels.grow),
    )


def segment_by_odds(
    odds: Image,
    z: Image,
    before: Mask,
    known: Mask,
    metal: Mask,
    searched: Mask,
    canvas: Canvas,
    config: CementConfig,
) -> Mask:
    """Mark cement on the canvas by the log odds that the network gives each pixel.

    As `segment_cement`, with one set of levels everywhere: the network knows where the outline is. Cement
    that was known to be it stays as long as its place is dark: it does not go away, whatever a network makes
    of a bolus that fills faster than any it learned from.

    Parameters
    ----------
    known
        (rows, columns) cement that was believed on the frame before, inside the bone.
    """
    stays = known & (z > config.seed_sigma)
    grown = ((odds > config.grow_log_odds) | (before & (odds > config.keep_log_odds)) | stays) & searched
    kept = keep_components(
        grown, grown & (odds > config.seed_log_odds) | before, config.min_area_mm2 / canvas.pixel_mm**2
    )
    return _bridged(kept, metal, searched, canvas)


def segment_cement(
    z: Image, before: Mask, levels: Levels, metal: Mask, searched: Mask, canvas: Canvas, config: CementConfig
) -> Mask:
    """Mark cement on the canvas.

    A component needs one pixel above `levels.seed`, off the metal, or to have been cement in the last
    frame; it holds the connected pixels above `levels.grow`, and above `keep_sigma` those that were cement
    before.
    Cement on both sides of the needle is taken to continue behind it, where nothing can be seen.

    Parameters
    ----------
    z
        Evidence in units of its spread.
    before
        The mask of the last frame.
    levels
        From `levels_alone` or `levels_agreed`.
    searched
        Where cement is looked for at all.
    """
    grown = ((z > levels.grow) | (before & (z > config.keep_sigma))) & searched
    seeds = grown & ((z > levels.seed) & ~metal | before)
    return _bridged(
        keep_components(grown, seeds, config.min_area_mm2 / canvas.pixel_mm**2), metal, searched, canvas
    )


def _bridged(kept: Mask, metal: Mask, searched: Mask, canvas: Canvas) -> Mask:
    """Continue cement behind the needle between its two sides."""
    closed = cv2.morphologyEx(kept.astype(np.uint8), cv2.MORPH_CLOSE, disc(canvas.pixels(_BRIDGE_MM))) > 0
    return kept | (closed & metal & searched)


def keep_components(mask: Mask, seeds: Mask, min_area_px: float) -> Mask:
    """Keep the 8-connected components of `mask` that hold a seed and at least `min_area_px` pixels."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    seeded = np.zeros(count, bool)
    seeded[np.unique(parts[seeds & mask])] = True
    seeded &= stats[:, cv2.CC_STAT_AREA] >= min_area_px
    seeded[0] = False
    return np.asarray(seeded[parts], np.bool_)
