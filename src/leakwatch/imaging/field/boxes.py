"""Boxes of text gathered over a run: they may grow and join, and never shrink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leakwatch.imaging.filters import Mask
from leakwatch.nouns import TextBox

_MOST = 200
_SHARED = 0.3


def gather(known: Sequence[TextBox], found: Sequence[TextBox]) -> tuple[TextBox, ...]:
    """Add boxes to those known; one that shares much of another joins it, and keeps the earlier frame."""
    boxes = list(known)
    for box in found:
        if any(_holds(other, box) for other in boxes):
            continue
        joined = box
        while touching := [other for other in boxes if _overlap(other, joined)]:
            boxes = [other for other in boxes if other not in touching]
            joined = _union([*touching, joined])
        boxes.append(joined)
    return tuple(sorted(boxes, key=lambda box: (box.y0, box.x0))[:_MOST])


def grown(box: TextBox, margin_px: int, shape: tuple[int, int]) -> TextBox:
    """Widen a box by a margin, and by half a character to both sides, where a digit more may come."""
    aside = margin_px + min(box.y1 - box.y0, box.x1 - box.x0) // 2
    return replace(
        box,
        x0=max(0, box.x0 - aside),
        y0=max(0, box.y0 - margin_px),
        x1=min(shape[1], box.x1 + aside),
        y1=min(shape[0], box.y1 + margin_px),
    )


def covered_by_text(boxes: Sequence[TextBox], shape: tuple[int, int]) -> Mask:
    """Draw the boxes: (rows, columns) bool."""
    covered = np.zeros(shape, np.bool_)
    for box in boxes:
        covered[box.y0 : box.y1, box.x0 : box.x1] = True
    return covered


def _holds(outer: TextBox, inner: TextBox) -> bool:
    return outer.x0 <= inner.x0 and outer.y0 <= inner.y0 and outer.x1 >= inner.x1 and outer.y1 >= inner.y1


def _overlap(one: TextBox, other: TextBox) -> bool:
    """Whether two boxes share much of the smaller one; neighbours on a line stay two."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    tall = min(one.y1, other.y1) - max(one.y0, other.y0)
    smaller = min(_area(one), _area(other))
    return wide > 0 and tall > 0 and wide * tall > _SHARED * smaller


def _area(box: TextBox) -> int:
    return (box.x1 - box.x0) * (box.y1 - box.y0)


def _union(boxes: Sequence[TextBox]) -> TextBox:
    return TextBox(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
        min(box.first_frame for box in boxes),
    )
