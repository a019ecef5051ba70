"""The form of a sacrum, in coordinates that follow its curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import SacrumSection
from leakwatch.simulate.volume.solids import Field
from leakwatch.simulate.volume.triple import Triple, triple

# Shares of the length along the front: where the five bodies meet, and where the picture is centred.
FUSED_AT = (0.28, 0.515, 0.70, 0.86)
_CENTRE_AT = 0.38
_CENTRE_BACK_MM = 15.0
# Half-width, depth of the bodies, of the canal and of the whole, each along the length; of a sacrum 105 mm
# wide and 108 mm long.
_ALONG = (0.0, 0.28, 0.515, 0.70, 0.86, 1.0)
_HALF_WIDTH_MM = (52.5, 51.0, 43.0, 33.0, 25.0, 9.0)
_BODY_MM = (31.0, 23.0, 16.5, 12.5, 10.0, 7.0)
_CANAL_MM = (14.0, 12.0, 9.0, 6.5, 5.0, 3.0)
_CANAL_HALF_MM = (15.0, 13.0, 10.0, 7.5, 5.5, 3.0)
_DEPTH_MM = (49.0, 41.0, 30.5, 23.0, 17.0, 9.0)
_USUAL_WIDTH_MM = 105.0


@dataclass(frozen=True, slots=True)
class SacrumForm:
    """One sacrum.

    Its curved coordinates are `s`, mm along the front from the upper endplate towards the apex, and `t`,
    mm behind that front; x stays the patient's. The front is an arc whose centre lies before it, so that
    the upper endplate is the plane s = 0.

    Attributes
    ----------
    scale
        Of everything across the length, relative to a sacrum 105 mm wide.
    length_mm
        Along the front.
    tilt_deg
        Of the upper endplate, forwards of the horizontal.
    bend_deg
        Of the whole curve.
    origin_mm
        Front of the upper endplate in the midline: LPS mm.
    """

    scale: float
    length_mm: float
    tilt_deg: float
    bend_deg: float
    origin_mm: Triple
    wall_mm: float
    gap_mm: float

    @property
    def radius_mm(self) -> float:
        """Of the arc of the front."""
        return self.length_mm / float(np.deg2rad(self.bend_deg))

    def curved(self, y: Field, z: Field) -> tuple[Field, Field]:
        """Coordinates s and t of patient y and z, of their common shape."""
        angle = np.deg2rad(self.tilt_deg)
        cy = self.origin_mm[1] - self.radius_mm * np.cos(angle)
        cz = self.origin_mm[2] - self.radius_mm * np.sin(angle)
        v, w = y - np.float32(cy), z - np.float32(cz)
        s = np.float32(self.radius_mm) * (np.float32(angle) - np.arctan2(w, v))
        return np.asarray(s, np.float32), np.asarray(np.hypot(v, w) - self.radius_mm, np.float32)

    def point_mm(self, x: float, s: float, t: float) -> Triple:
        """Patient LPS mm of a point given by its distance from the midline, `s` and `t`."""
        angle = np.deg2rad(self.tilt_deg) - s / self.radius_mm
        start = np.deg2rad(self.tilt_deg)
        r = self.radius_mm
        y = self.origin_mm[1] - r * np.cos(start) + (r + t) * np.cos(angle)
        z = self.origin_mm[2] - r * np.sin(start) + (r + t) * np.sin(angle)
        return self.origin_mm[0] + x, float(y), float(z)

    def backwards(self, s: float) -> NDArray[np.float64]:
        """Give the unit vector (3,) at right angles to the front, pointing behind."""
        angle = np.deg2rad(self.tilt_deg) - s / self.radius_mm
        return np.array([0.0, np.cos(angle), np.sin(angle)])

    def half_width_mm(self, s: Field, t: Field) -> Field:
        """How far from the midline the joint surface lies; it comes nearer to the midline behind.

        Above and below the sacrum it goes on as the ilium does.
        """
        wide = self._along(s, _HALF_WIDTH_MM)
        above = np.float32(0.25) * np.clip(-s, 0, None)
        return np.asarray(wide + above - np.float32(0.28) * (t - np.float32(10 * self.scale)), np.float32)

    def body_mm(self, s: Field) -> Field:
        """Depth of the bodies."""
        return self._along(s, _BODY_MM)

    def canal_mm(self, s: Field) -> tuple[Field, Field]:
        """Depth and half-width of the canal."""
        return self._along(s, _CANAL_MM), self._along(s, _CANAL_HALF_MM)

    def depth_mm(self, s: Field) -> Field:
        """From the front to the laminae, in the midline."""
        return self._along(s, _DEPTH_MM)

    def _along(self, s: Field, values: tuple[float, ...]) -> Field:
        scaled = self.scale * np.interp(s / self.length_mm, _ALONG, values)
        return np.asarray(scaled, np.float32)


def draw_sacrum(section: SacrumSection, variation: Variation) -> SacrumForm:
    """Draw one patient's sacrum, centred on `centre_mm`."""
    bend = section.curve_deg + variation.normal(6.0)
    tilt = section.tilt_deg + variation.normal(3.0)
    chord = variation.about(section.height_mm, 0.04)
    half = np.deg2rad(bend) / 2
    length = float(chord * half / np.sin(half))
    form = SacrumForm(
        scale=variation.about(section.width_mm, 0.04) / _USUAL_WIDTH_MM,
        length_mm=length,
        tilt_deg=tilt,
        bend_deg=bend,
        origin_mm=(0.0, 0.0, 0.0),
        wall_mm=section.wall_mm,
        gap_mm=section.joint_gap_mm,
    )
    centre = form.point_mm(0.0, _CENTRE_AT * length, _CENTRE_BACK_MM)
    origin = triple(np.subtract(section.centre_mm, centre))
    return SacrumForm(
        form.scale, length, tilt, bend, origin, section.wall_mm, variation.about(section.joint_gap_mm, 0.08)
    )
