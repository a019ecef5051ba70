"""The settings of the causal core, one section per stage."""

from leakwatch.config.section import Section


class ImagingConfig(Section):
    """Attenuation, motion, cement, leak and alarm."""
