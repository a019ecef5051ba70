"""Simple bony parts in a bone's own axes: x left, y posterior, z head, mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.volume.solids import Field
from leakwatch.simulate.volume.triple import Triple, triple


@dataclass(frozen=True, slots=True)
class Part:
    """A round-ended rod, stretched along the axes; an ellipsoid where `start` is `end`.

    Attributes
    ----------
    radii_mm
        Half its extent across, along each axis.
    cortex_mm
        Thickness of the dense shell.
    """

    start_mm: Triple
    end_mm: Triple
    radii_mm: Triple
    cortex_mm: float

    @property
    def box_mm(self) -> tuple[Triple, Triple]:
        """Lowest and highest corner."""
        low, high = np.minimum(self.start_mm, self.end_mm), np.maximum(self.start_mm, self.end_mm)
        return triple(low - np.array(self.radii_mm)), triple(high + np.array(self.radii_mm))

    def distance_mm(self, x: Field, y: Field, z: Field) -> Field:
        """Signed distance, negative inside; first order ``k0 (k0 - 1) / k1`` (Quilez) as for an ellipsoid."""
        radii = np.asarray(self.radii_mm, np.float32)
        axis = (np.subtract(self.end_mm, self.start_mm) / radii).astype(np.float32)
        u, v, w = (
            (p - np.float32(start)) / radius
            for p, start, radius in zip((x, y, z), self.start_mm, radii, strict=True)
        )
        length = float(axis @ axis)
        if length > 0:
            along = np.clip((u * axis[0] + v * axis[1] + w * axis[2]) / np.float32(length), 0, 1)
            u, v, w = u - along * axis[0], v - along * axis[1], w - along * axis[2]
        k0 = np.sqrt(u * u + v * v + w * w)
        k1 = np.sqrt((u / radii[0]) ** 2 + (v / radii[1]) ** 2 + (w / radii[2]) ** 2)
        # On the axis itself the ratio has no value of its own.
        ratio = np.where(k0 > 1e-6, k0 / np.maximum(k1, np.float32(1e-9)), radii.min())
        return np.asarray(ratio * (k0 - 1), np.float32)


def blob(centre_mm: Triple, radii_mm: Triple, cortex_mm: float) -> Part:
    """Give an ellipsoid."""
    return Part(centre_mm, centre_mm, radii_mm, cortex_mm)
