"""Where a bone of a CT lies in front of the machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation


@dataclass(frozen=True, slots=True)
class BonePose:
    """A rigid motion from the CT's LPS mm to the machine's (isocentre origin).

    Attributes
    ----------
    centre_ct_mm
        The point that the bone turns about, in the CT.
    shift_mm
        Where that point lies in front of the machine.
    rotation_deg
        Rotation vector, degrees, about the left, posterior and head axes.
    """

    centre_ct_mm: tuple[float, float, float]
    shift_mm: tuple[float, float, float]
    rotation_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(3, 3) rotation."""
        turned: NDArray[np.float64] = Rotation.from_rotvec(np.deg2rad(self.rotation_deg)).as_matrix()
        return turned

    def lps_from_ct(self, points_ct_mm: ArrayLike) -> NDArray[np.float64]:
        """(..., 3) mm in the CT -> (..., 3) LPS mm of the machine."""
        laid: NDArray[np.float64] = (
            np.asarray(points_ct_mm, np.float64) - self.centre_ct_mm
        ) @ self.matrix.T + self.shift_mm
        return laid

    def ct_from_lps(self, points_lps: ArrayLike) -> NDArray[np.float64]:
        """Inverse of `lps_from_ct`."""
        laid: NDArray[np.float64] = (
            np.asarray(points_lps, np.float64) - self.shift_mm
        ) @ self.matrix + self.centre_ct_mm
        return laid

    def moved(self, by: ArrayLike) -> BonePose:
        """Add (6,) mm and degrees: three of shift, then three of the rotation vector."""
        step = np.asarray(by, np.float64)
        x, y, z = (float(n) for n in np.add(self.shift_mm, step[:3]))
        a, b, c = (float(n) for n in np.add(self.rotation_deg, step[3:]))
        return BonePose(self.centre_ct_mm, (x, y, z), (a, b, c))


def mean_distance_mm(points_ct_mm: ArrayLike, a: BonePose, b: BonePose) -> float:
    """Mean distance, mm, of points under two poses: the mTRE where one of them is the truth.

    van de Kraats et al., IEEE Trans Med Imaging 2005;24:1177.
    """
    apart = a.lps_from_ct(points_ct_mm) - b.lps_from_ct(points_ct_mm)
    return float(np.linalg.norm(apart, axis=-1).mean())


def mean_in_plane_mm(points_ct_mm: ArrayLike, a: BonePose, b: BonePose, beam: ArrayLike) -> float:
    """Mean distance across a view's central beam, mm: what its picture can show of `mean_distance_mm`."""
    apart = a.lps_from_ct(points_ct_mm) - b.lps_from_ct(points_ct_mm)
    along = np.asarray(beam, np.float64)
    return float(np.linalg.norm(apart - np.outer(apart @ along, along), axis=-1).mean())
