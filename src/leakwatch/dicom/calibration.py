"""How far stored values can be carried back to attenuation.

==============================================  ============================================  ===========
Pixel Intensity Relationship (0028,1040)        way back to intensity                         calibration
==============================================  ============================================  ===========
LIN, sign stated                                values are proportional to intensity          calibrated
LIN, sign missing, or signed without Rescale    the same, by assumption                       monotone
LOG with a Modality LUT                         the table                                     calibrated
LOG without one                                 a straight line to attenuation, gain unknown  monotone
DISP with a Modality LUT                        the table                                     calibrated
DISP without one; any other term, or none       none; only the order of values is kept        display
==============================================  ============================================  ===========

What takes away from that: an image that is not ORIGINAL is at most monotone; one FOR PRESENTATION,
sharpened at its edges or subtracted is display. VOI and Presentation LUTs are for the eye and never read.
"""

from __future__ import annotations

from collections.abc import Iterator

from leakwatch.dicom.coded_terms import DCM, EDGE_ENHANCEMENT, UNSHARP_MASK
from leakwatch.dicom.colour_warning import colour_warning
from leakwatch.dicom.header import Header
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.modality_lut import Lut, lut_name
from leakwatch.dicom.values import items, named, shown, text, text_in
from leakwatch.nouns import Calibration, Relationship

_RANK = (Calibration.DISPLAY, Calibration.MONOTONE, Calibration.CALIBRATED)


def settle(
    header: Header, layout: Layout, relationship: Relationship, lut: Lut | None, stated: bool
) -> tuple[Calibration, tuple[str, ...]]:
    """Say what may be concluded from a run that is not subtracted, and a sentence for all it lacks.

    Parameters
    ----------
    lut
        The way back to intensity that is followed, if any.
    stated
        Whether the file states Pixel Intensity Relationship Sign.
    """
    limits = list(_limits(header, layout, relationship, lut, stated))
    calibration = min((limit for limit, _ in limits), key=_RANK.index, default=Calibration.CALIBRATED)
    return calibration, tuple(why for _, why in limits)


def _limits(
    header: Header, layout: Layout, relationship: Relationship, lut: Lut | None, stated: bool
) -> Iterator[tuple[Calibration, str]]:
    """Yield what keeps a run from being calibrated: what it is at most, and the sentence why."""
    if relationship is Relationship.OTHER:
        term = text(header, "PixelIntensityRelationship").strip()
        said = shown(header, "PixelIntensityRelationship") if term else "missing"
        yield (
            Calibration.DISPLAY,
            f"{named('PixelIntensityRelationship')} is {said}, not LIN, LOG or DISP; it is treated as DISP: "
            "no thickness and no volume",
        )
    if layout.is_colour:
        yield Calibration.DISPLAY, colour_warning(header, layout)
    if text(header, "PresentationIntentType").upper() == "FOR PRESENTATION":
        yield (
            Calibration.DISPLAY,
            f"{named('PresentationIntentType')} is FOR PRESENTATION, so the values are shaped for the "
            "eye: no thickness and no volume",
        )
    if _is_sharpened(header):
        yield (
            Calibration.DISPLAY,
            f"{named('DerivationCodeSequence')} says that edges were enhanced, so a value is not that of its "
            "own ray: no thickness and no volume",
        )
    if lut is None and relationship is Relationship.LOG:
        yield (
            Calibration.MONOTONE,
            f"LOG without {lut_name(header)}: the gain is unknown, so no volume",
        )
    if lut is None and relationship is Relationship.DISP:
        yield (
            Calibration.DISPLAY,
            f"DISP without {lut_name(header)}: the values are shaped for the eye: no thickness, no volume",
        )
    if relationship is Relationship.LIN and not stated:
        yield (
            Calibration.MONOTONE,
            f"LIN without {named('PixelIntensityRelationshipSign')} is not certain, so no volume",
        )
    if relationship is Relationship.LIN and layout.signed and lut is None:
        yield (
            Calibration.MONOTONE,
            f"{named('PixelRepresentation')} is 1 and {named('RescaleIntercept')} does not say which value "
            "means no intensity; 0 or, where the sign is -1, the highest is taken, so no volume",
        )
    known = relationship is Relationship.LIN or lut is not None
    if known and text(header, "ImageType").upper() != "ORIGINAL":
        yield (
            Calibration.MONOTONE,
            f"{named('ImageType')} is not ORIGINAL: how it was derived is not known, so no volume",
        )


def _is_sharpened(header: Header) -> bool:
    sharpening = {EDGE_ENHANCEMENT, UNSHARP_MASK}
    return any(
        text_in(step, "CodingSchemeDesignator") == DCM and text_in(step, "CodeValue") in sharpening
        for step in items(header.dataset, "DerivationCodeSequence")
    )
