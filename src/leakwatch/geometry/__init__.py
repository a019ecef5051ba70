"""C-arm geometry: pixels, rays and patient space."""

from leakwatch.geometry.carm import (
    axes_from_angles,
    axes_lps,
    isocentre_plane_lps_from_xy_px,
    isocentre_plane_scale,
    ray_lps_from_xy_px,
    source_lps,
    xy_px_from_lps,
)
from leakwatch.geometry.epipolar import epipolar_xy_px
from leakwatch.geometry.matrix import matrix_px_from_lps

__all__ = [
    "axes_from_angles",
    "axes_lps",
    "epipolar_xy_px",
    "isocentre_plane_lps_from_xy_px",
    "isocentre_plane_scale",
    "matrix_px_from_lps",
    "ray_lps_from_xy_px",
    "source_lps",
    "xy_px_from_lps",
]
