"""The room that cement finds outside a sacrum, by where it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from leakwatch.simulate.anatomy.patient import Room
from leakwatch.simulate.anatomy.sacrum.form import SacrumForm
from leakwatch.simulate.volume.solids import Field, capsule
from leakwatch.simulate.volume.triple import Triple

_ROOT_MM = 2.0
_FAT_MM = 7.0


def round_root(form: SacrumForm, course: Sequence[Triple]) -> Room:
    """Give the fat round a nerve root, which itself is not entered, along its course; easiest in front."""
    legs = tuple(pairwise(course))

    def room(x: Field, y: Field, z: Field) -> Field:
        off = np.full(np.broadcast_shapes(x.shape, y.shape, z.shape), np.inf, np.float32)
        for start, end in legs:
            np.minimum(off, capsule(x, y, z, start, end, _ROOT_MM), out=off)
        _, t = form.curved(y, z)
        cost = (1 + (np.clip(off - 1.0, 0, None) / 1.2) ** 2) * (1 + np.clip(t + 4, 0, None))
        return np.asarray(np.where((off > 0) & (off < _FAT_MM - _ROOT_MM), cost, np.inf), np.float32)

    return room


def lowest_disc(form: SacrumForm, wall: Triple, gap_mm: float) -> Room:
    """Give the disc above the first body, best half-way up."""
    depth = float(form.body_mm(np.zeros(1, np.float32))[0])
    half_width = 24.0 * form.scale

    def room(x: Field, y: Field, z: Field) -> Field:
        s, t = form.curved(y, z)
        across = ((x - np.float32(form.origin_mm[0])) / half_width) ** 2 + (
            (t - depth / 2) / (depth / 2)
        ) ** 2
        off = np.abs(s + np.float32(gap_mm / 2))
        within = (off < gap_mm / 2 + 3.0) & (across < 0.85)
        layered = 1 + (off / 1.6) ** 3
        stalk = capsule(
            x, y, z, wall, form.point_mm(wall[0] - form.origin_mm[0], -gap_mm / 2, depth / 2), 1.5
        )
        return np.asarray(np.where(stalk < 0, 0.7, np.where(within, layered, np.inf)), np.float32)

    return room
