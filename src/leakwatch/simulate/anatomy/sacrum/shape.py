"""Surfaces of a sacrum as signed distances, negative inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.anatomy.sacrum.form import FUSED_AT, SacrumForm
from leakwatch.simulate.volume.solids import Field, smooth_max

_EDGE_MM = 5.0
_CREST_MM = 7.0
_HIATUS_AT = 0.86
# From the midline to the middle of each foramen, and its radius in front; behind it is half as wide.
_FORAMEN_ASIDE_MM = (23.0, 20.5, 18.0, 15.5)
_FORAMEN_MM = (6.8, 6.0, 5.0, 4.0)
_BEHIND = 0.5
_OPENING_MM = 6.0
_REACH_MM = 14.0


@dataclass(frozen=True, slots=True)
class Curved:
    """Voxels in the sacrum's own coordinates: `x` (nx, 1, 1) from the midline, `s` and `t` (1, ny, nz)."""

    x: Field
    s: Field
    t: Field


def filled_distance_mm(form: SacrumForm, at: Curved) -> Field:
    """Distance to the sacrum as if it had neither canal nor foramina."""
    aside = np.abs(at.x)
    scale = np.float32(form.scale)
    width = aside - form.half_width_mm(at.s, at.t)
    # The alae lie further back than the promontory, and lower than the endplate.
    recede = np.float32(12.0) * scale * np.clip(1 - at.s / np.float32(0.75 * form.length_mm), 0.25, 1)
    front = recede * np.asarray((aside / (50 * scale)) ** 2, np.float32) - at.t
    beyond_body = np.clip((aside - 23 * scale) / (9 * scale), 0, 1)
    drop = beyond_body * (np.float32(2.0) + np.float32(0.32) * np.clip(aside - 25 * scale, 0, None))
    behind_body = np.clip((at.t - form.body_mm(at.s)) / np.float32(4), 0, 1) * np.float32(9.0) * scale
    top = np.maximum(drop, behind_body) - at.s
    surface = smooth_max(np.asarray(width, np.float32), np.asarray(front, np.float32), _EDGE_MM)
    surface = smooth_max(surface, _behind(form, at, aside), _EDGE_MM)
    surface = smooth_max(surface, np.asarray(top, np.float32), 3.0)
    return smooth_max(surface, np.asarray(at.s - np.float32(form.length_mm), np.float32), _EDGE_MM)


def _behind(form: SacrumForm, at: Curved, aside: Field) -> Field:
    """Back surface: laminae, the knobbed crest in the midline, and the rise over the lateral masses."""
    scale = np.float32(form.scale)
    laminae = form.depth_mm(at.s) - np.float32(4.0) * np.clip(at.s / form.length_mm, 0, 1)
    # Between midline and lateral mass runs a shallow groove.
    groove = np.float32(-4.0) * scale * np.exp(-(((aside - 22 * scale) / (9 * scale)) ** 2))
    knobs = np.zeros_like(at.s)
    for middle in (0.16, 0.39, 0.60):
        knobs = np.maximum(
            knobs, np.exp(-((((at.s / np.float32(form.length_mm)) - np.float32(middle)) / 0.075) ** 2))
        )
    crest = np.float32(_CREST_MM) * scale * knobs * np.exp(-((aside / (4.5 * scale)) ** 2))
    return np.asarray(at.t - (laminae + groove + crest), np.float32)


def hollow_distance_mm(form: SacrumForm, at: Curved) -> Field:
    """Distance to canal and foramina: negative within them, large far from them."""
    depth, half = form.canal_mm(at.s)
    body = form.body_mm(at.s)
    aside = np.abs(at.x)
    u, v = aside / half, (at.t - body - depth / 2) / (depth / 2)
    tube = (np.sqrt(u * u + v * v) - 1) * (depth / 2)
    # Below the hiatus it is open behind.
    canal = smooth_max(
        np.asarray(tube, np.float32), np.asarray(at.s - _HIATUS_AT * form.length_mm, np.float32), 6.0
    )
    for share, middle, radius in zip(FUSED_AT, _FORAMEN_ASIDE_MM, _FORAMEN_MM, strict=True):
        _open_foramen(canal, form, at, share, form.scale * middle, form.scale * radius)
    return canal


def foramen_mm(form: SacrumForm, which: int) -> tuple[float, float, float]:
    """Distance from the midline, `s`, and radius in front of a foramen, counted from 0 at S1/S2; mm."""
    return (
        form.scale * _FORAMEN_ASIDE_MM[which],
        FUSED_AT[which] * form.length_mm,
        form.scale * _FORAMEN_MM[which],
    )


def _open_foramen(
    canal: Field, form: SacrumForm, at: Curved, share: float, middle: float, radius: float
) -> None:
    """Add a pair of foramina from front to back, and their way to the canal, in place."""
    s0 = share * form.length_mm
    body = float(form.body_mm(np.array([s0], np.float32))[0])
    near = np.abs(at.s[0] - s0) < radius + _REACH_MM
    j, k = (slice(int(w.min()), int(w.max()) + 1) for w in np.nonzero(near & (np.abs(at.t[0]) < 60)))
    s, t, aside = at.s[:, j, k], at.t[:, j, k], np.abs(at.x)
    towards_back = np.clip(t / np.float32(body), 0, 1)
    wide = np.float32(radius) * (1 - np.float32(1 - _BEHIND) * towards_back)
    # It opens like a funnel in front, and downwards and out, as the root leaves.
    wide = wide + np.float32(0.22) * np.clip(np.float32(_OPENING_MM) - t, 0, 12)
    hole = np.hypot(aside - (middle + np.float32(0.15) * (body / 2 - t)), s - s0) - wide
    ahead = (np.abs(t - np.float32(body + 4)), s - s0)
    passage = np.hypot(*ahead) - np.float32(0.6 * radius)
    beside_canal = np.float32(0.6) * form.canal_mm(s)[1] - aside
    passage = np.maximum(passage, np.maximum(aside - np.float32(middle), beside_canal))
    np.minimum(canal[:, j, k], np.minimum(hole, passage), out=canal[:, j, k])
