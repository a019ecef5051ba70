"""The back of the ilia, on either side of a sacrum."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.sacrum.form import SacrumForm
from leakwatch.simulate.anatomy.sacrum.shape import Curved
from leakwatch.simulate.volume.solids import Field, smooth_max

_EDGE_MM = 4.0
_THICK_MM = 15.0
_WING_MM = 7.0
_LOWEST_MM = 62.0
_SPINE_BACK_MM = 50.0
# In front of the joint the wing swings out, and is thinned away where the picture ends.
_SWING = 0.5
_END_MM = (-12.0, -38.0)


def ilium_distance_mm(form: SacrumForm, at: Curved) -> Field:
    """Signed distance to both ilia: a thick plate along the joint, a thin wing above and before it."""
    scale = np.float32(form.scale)
    s, t = at.s / scale, at.t / scale
    inner = form.half_width_mm(at.s, at.t) + np.float32(form.gap_mm)
    inner = inner + scale * np.float32(_SWING) * np.clip(2 - t, 0, None)
    thick = _WING_MM + (_THICK_MM - _WING_MM) * np.clip((t + 12) / 24, 0, 1) * np.clip((s + 25) / 25, 0, 1)
    first, last = _END_MM
    tapered = np.asarray(scale * thick * np.clip((t - last) / (first - last), 0, 1), np.float32)
    aside = np.abs(at.x)
    plate = np.maximum(inner - aside, aside - (inner + tapered))
    # The crest falls from the wing to the posterior superior spine; below lies the sciatic notch.
    crest = np.float32(-46.0) + np.float32(0.0165) * (t + 25) ** 2 - s
    lowest = s - (np.float32(_LOWEST_MM) - np.float32(0.024) * (np.clip(t, -20, 50) - 27) ** 2)
    behind = t - np.float32(_SPINE_BACK_MM)
    outline = smooth_max(
        smooth_max(np.asarray(crest * 0.7, np.float32), np.asarray(lowest, np.float32), 12.0),
        np.asarray(behind, np.float32),
        12.0,
    )
    return smooth_max(np.asarray(plate, np.float32), np.asarray(scale * outline, np.float32), _EDGE_MM)
