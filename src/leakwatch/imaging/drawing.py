"""Cement as it is drawn and measured: the network's picture of what the decision believes.

The decision follows levels of evidence, whose false alarms are counted; the network draws better and knows
less about what it has not learned from (decision 28). So it says where cement ends, never that there is a
leak: outside the bone only what the decision believes is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakwatch.config.imaging import CementConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.cement import keep_components, segment_by_odds
from leakwatch.imaging.filters import Image, Mask
from leakwatch.imaging.leak import find_pools
from leakwatch.imaging.pools import believe_pools, believed
from leakwatch.imaging.tracks import Track, follow
from leakwatch.imaging.traits import Surroundings
from leakwatch.nouns import Frame


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is drawn, and what the next frame's drawing goes on from; masks are (rows, columns) of the canvas.

    Attributes
    ----------
    mask
        Cement as it is drawn.
    cement
        All that the network took for cement, believed or not.
    pools
        Its pieces inside the bone.
    next_pool
        Number of the next of them.
    """

    mask: Mask
    cement: Mask
    pools: tuple[Track, ...] = ()
    next_pool: int = 1


def draw(
    before: Sketch | None,
    odds: Image,
    decided: Mask,
    metal: Mask,
    open_: Mask,
    bone: Mask,
    outside_px: Image,
    around: Surroundings,
    frame: Frame,
    elapsed_s: float,
    canvas: Canvas,
    config: CementConfig,
) -> Sketch:
    """Draw one frame's cement.

    Inside the bone it is the network's pieces whose mean log odds have spoken for cement over time. Outside
    it is the network's pieces that lie on cement which the decision believes, and that cement where the
    network does not deny it.

    Parameters
    ----------
    odds
        Log odds of cement by the network.
    decided
        Cement that the decision believes.
    """
    before = before or _nothing(bone)
    z = around.evidence.z
    cement = segment_by_odds(odds, z, before.cement, before.mask & bone, metal, open_, canvas, config)
    parts, pieces = find_pools(cement, outside_px)
    pools, number = follow(before.pools, parts, pieces, frame.index, frame.time_s, before.next_pool, canvas)
    around = replace(around, odds=odds)
    pools = believe_pools(pools, around, None, frame.time_s, elapsed_s, canvas)
    inside = cement & bone & believed(pools, cement.shape)
    leaked = decided & ~bone
    outside = keep_components(cement & ~bone, leaked, 1.0) | (leaked & (odds > config.keep_log_odds))
    return Sketch(inside | outside, cement, pools, number)


def _nothing(like: Mask) -> Sketch:
    empty = np.zeros_like(like)
    return Sketch(empty, empty)
