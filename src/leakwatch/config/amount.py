"""What must be known to turn attenuation into millimetres and microlitres of cement."""

from pydantic import Field

from leakwatch.config.cement_products import CementRecipe, Product
from leakwatch.config.section import Section


class AmountConfig(Section):
    """Thickness and volume of cement; they need the recipe and the beam.

    Volumes change no alarm. Errors are taken as the half width of a 95 % interval.
    """

    cement: Product | CementRecipe | None = None
    """Without it no volume is given."""
    kvp: float | None = Field(default=None, ge=40, le=150)
    """Tube voltage; that of KVP (0018,0060) without."""
    aluminium_mm: float | None = Field(default=None, ge=0, le=20)
    """Filtration of the beam, inherent and added. No file says what the tube itself holds."""
    copper_mm: float | None = Field(default=None, ge=0, le=3)
    """That of Filter Material and Filter Thickness (0018,7050, 7052, 7054) without."""
    patient_mm: float = Field(default=220.0, ge=0, le=600)
    """Soft tissue that the beam crosses: it hardens it."""
    patient_error_mm: float = Field(default=60.0, ge=0)
    scatter_to_primary: float = Field(default=0.7, ge=0, le=10)
    """At the detector, behind the grid."""
    scatter_error: float = Field(default=0.4, ge=0)
    """How far the ratio may be off either way."""
    scatter_range_mm: float = Field(default=20.0, gt=0)
    """How far scatter spreads, as the standard deviation of a Gaussian."""
    depth_error_mm: float = Field(default=25.0, ge=0)
    """How far from the isocentre's plane the cement may lie: it changes the magnification."""
