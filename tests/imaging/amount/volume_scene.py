"""A cement of known volume in an even picture with scatter, as the analysis sees it."""

from __future__ import annotations

import cv2
import numpy as np

from leakwatch.beam.materials import cement
from leakwatch.config.cement_products import Product
from leakwatch.imaging.amount.curve import cement_curve
from leakwatch.imaging.amount.gauge import Gauge
from leakwatch.imaging.amount.measure import Scene
from leakwatch.imaging.amount.primary import signal_of
from leakwatch.imaging.canvas import Canvas

PIXEL_MM = 0.3
CANVAS = Canvas(200, 200, (0.0, 0.0), (100.0, 100.0), 1, PIXEL_MM)
SCATTER_PX = 60.0
RATIO = 0.7


def share(ratio):
    return ratio / (1 + ratio)


def curve(patient_mm=220.0):
    return cement_curve(cement(Product.BASO4_30), 80.0, 2.5, 0.2, patient_mm)


def gauge(ratio=RATIO, error=0.4, depth_share=0.07):
    return Gauge(
        curve(),
        curve(160.0),
        curve(280.0),
        share(ratio),
        share(max(ratio - error, 0)),
        share(ratio + error),
        SCATTER_PX,
        PIXEL_MM**2,
        depth_share,
    )


def ball_mm(radius_mm, x=100.0, y=100.0):
    """Thickness of a ball along parallel rays; its volume is its sum times the pixel's area."""
    rows, columns = np.indices((CANVAS.rows, CANVAS.columns))
    away = np.hypot(rows - y, columns - x) * PIXEL_MM
    return 2 * np.sqrt(np.clip(radius_mm**2 - away**2, 0, None))


def scene(thickness_mm, *, ratio=RATIO, noise=0.0, outside_px=None, usable=None, mask=None, seed=0):
    """Bone of some structure, scatter by the definition, blur and noise; true masks unless given."""
    rng = np.random.default_rng(seed)
    shape = thickness_mm.shape
    background = np.exp(-0.3 * np.sin(np.arange(shape[1]) / 15.0)[None] * np.ones(shape))
    contrast = np.interp(thickness_mm, curve().thickness_mm, curve().contrast)

    def whole(primary):
        veil = cv2.GaussianBlur(primary, (0, 0), SCATTER_PX, borderType=cv2.BORDER_REPLICATE)
        return cv2.GaussianBlur((primary + ratio * veil) / (1 + ratio), (0, 0), 0.7)

    before, now = whole(background), whole(background * np.exp(-contrast))
    added = np.log(before / now) + noise * rng.standard_normal(shape)
    open_ = np.ones(shape, bool)
    signal = signal_of(
        -np.log(before).astype(np.float32), added.astype(np.float32), open_, SCATTER_PX, 0.5 / PIXEL_MM
    )
    cement_mask = thickness_mm > 0.35 if mask is None else mask
    return Scene(signal, cement_mask, open_ if usable is None else usable, outside_px)
