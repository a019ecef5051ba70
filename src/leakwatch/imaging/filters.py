"""Smoothing that the stages share; plain OpenCV underneath."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]
Mask = NDArray[np.bool_]

_DIRECT_SIGMA_PX = 3.0


def smooth(image: Image, sigma_px: float) -> Image:
    """Gaussian smoothing, (rows, columns) float32; wide kernels run on a reduced picture.

    Above a sigma of 3 pixels the picture is reduced by averaging first, which costs a few per cent of
    the kernel's shape and saves most of its time.
    """
    factor = int(sigma_px // _DIRECT_SIGMA_PX)
    if factor < 2:
        return cv2.GaussianBlur(image, (0, 0), sigma_px).astype(np.float32, copy=False)
    rows, columns = image.shape
    small = cv2.resize(
        image, (max(1, columns // factor), max(1, rows // factor)), interpolation=cv2.INTER_AREA
    )
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / factor)
    return cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)


def smooth_within(image: Image, weight: Image, sigma_px: float) -> Image:
    """Weighted local mean (normalised convolution); 0 where no weight is near."""
    return smooth(image * weight, sigma_px) / (smooth(weight, sigma_px) + np.float32(1e-3))


def band(image: Image, sigma_px: float, ratio: float = 3.0) -> Image:
    """Difference of Gaussians: detail between `sigma_px` and `ratio` times it, zero mean."""
    return smooth(image, sigma_px) - smooth(image, ratio * sigma_px)


def gradient(image: Image) -> tuple[Image, Image]:
    """Slope per pixel along x and y (Sobel)."""
    slope_x = cv2.Sobel(image, cv2.CV_32F, 1, 0, scale=1 / 8)
    slope_y = cv2.Sobel(image, cv2.CV_32F, 0, 1, scale=1 / 8)
    return slope_x.astype(np.float32, copy=False), slope_y.astype(np.float32, copy=False)


def disc(radius_px: float) -> NDArray[np.uint8]:
    """Round structuring element."""
    side = 2 * max(1, round(radius_px)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def dilate(mask: Mask, radius_px: float) -> Mask:
    """Grow a mask by about `radius_px`."""
    return cv2.dilate(mask.astype(np.uint8), disc(radius_px)) > 0


def robust_sigma(values: NDArray[np.floating]) -> float:
    """Estimate the standard deviation from the median absolute deviation; 0 for no values."""
    if values.size == 0:
        return 0.0
    return float(1.4826 * np.median(np.abs(values - np.median(values))))


_SECOND_DIFFERENCE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def pixel_noise(image: Image, inside: Mask) -> float:
    """One-pixel noise of one picture from a mask blind to planes and edges (Immerkaer 1996).

    J. Immerkaer, "Fast noise variance estimation", CVIU 64 (1996) 300-302; the kernel's norm is 6. The
    median makes it robust against the structure that remains.
    """
    response = cv2.filter2D(image, cv2.CV_32F, _SECOND_DIFFERENCE)
    return float(1.4826 * np.median(np.abs(response[inside])) / 6.0) if inside.any() else 0.0
