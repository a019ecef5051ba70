"""How the stored values of a run relate to X-ray intensity."""

from __future__ import annotations

from pydicom.sr.codedict import codes

from leakwatch.dicom.header import Header
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.modality_lut import Lut, read_modality_lut
from leakwatch.dicom.values import named, numbers, present, shown, text, texts
from leakwatch.nouns import Calibration, IntensityChain, Relationship


def read_intensity(header: Header, layout: Layout) -> tuple[IntensityChain, tuple[str, ...]]:
    """Build the intensity chain of a run, and a sentence for every rule applied (PS3.3 C.8.7.1.1.2).

    Sign, where Pixel Intensity Relationship Sign (0028,1041) is missing: LIN and LOG are proportional to
    intensity by definition, so +1, or what the direction of the Modality LUT says; anything else is a
    picture for the eye, in which fluoroscopy shows bone dark: +1 for MONOCHROME2, -1 for MONOCHROME1.
    Where the sign is given, it speaks of stored values and Photometric Interpretation of display only.
    """
    warnings: list[str] = []
    relationship = _relationship(header, warnings)
    inverted = text(header, "PhotometricInterpretation") == "MONOCHROME1"
    subtracted = _subtracted(header)
    if subtracted:
        warnings.append(
            "the pictures are already subtracted from a mask; what the mask held is lost, so there is no "
            "thickness and no volume"
        )
    lut = None
    if relationship in (Relationship.LOG, Relationship.DISP) and not subtracted:
        lut = _way_back(header, layout, warnings)
    sign, stated = _sign(header, relationship, inverted, lut, warnings)
    if lut is not None and (1 if lut[1][-1] > lut[1][0] else -1) != sign:
        warnings.append(
            f"{named('ModalityLUTSequence')} runs against {named('PixelIntensityRelationshipSign')} {sign}, "
            "which is followed and the table ignored"
        )
        lut = None
    calibration = Calibration.DISPLAY
    if not subtracted:
        calibration = _calibration(header, relationship, lut, stated, warnings)
    chain = IntensityChain(relationship, sign, inverted, layout.bits_stored, layout.signed, lut, calibration)
    return chain, tuple(warnings)


def _relationship(header: Header, warnings: list[str]) -> Relationship:
    term = text(header, "PixelIntensityRelationship").upper()
    if term in (Relationship.LIN, Relationship.LOG, Relationship.DISP):
        return Relationship(term)
    said = shown(header, "PixelIntensityRelationship") if term else "missing"
    warnings.append(
        f"{named('PixelIntensityRelationship')} is {said}, not LIN, LOG or DISP; it is treated as DISP: no "
        "thickness and no volume"
    )
    return Relationship.OTHER


def _way_back(header: Header, layout: Layout, warnings: list[str]) -> Lut | None:
    lut, trouble = read_modality_lut(header, layout.signed)
    if trouble:
        warnings.append(f"{trouble}; it was ignored")
    slope, intercept = numbers(header, "RescaleSlope"), numbers(header, "RescaleIntercept")
    if lut is None and (slope not in ((), (1.0,)) or intercept not in ((), (0.0,))):
        warnings.append(
            f"{named('RescaleSlope')} and {named('RescaleIntercept')} are a straight line, which cannot lead "
            "back from LOG or DISP to intensity; they were ignored"
        )
    return lut


def _sign(
    header: Header, relationship: Relationship, inverted: bool, lut: Lut | None, warnings: list[str]
) -> tuple[int, bool]:
    """Return the sign and whether the file states it."""
    values = numbers(header, "PixelIntensityRelationshipSign")
    if values in ((1.0,), (-1.0,)):
        return int(values[0]), True
    keyword = "PixelIntensityRelationshipSign"
    said = shown(header, keyword) if present(header, keyword) else "missing"
    if lut is not None:
        sign, why = (1 if lut[1][-1] > lut[1][0] else -1), f"the direction of {named('ModalityLUTSequence')}"
    elif relationship in (Relationship.LIN, Relationship.LOG):
        sign, why = 1, f"the definition of {relationship}"
    else:
        sign, why = (-1 if inverted else 1), "bone shown dark"
    warnings.append(f"{named(keyword)} is {said}; {sign:+d} is taken from {why}")
    return sign, False


def _calibration(
    header: Header, relationship: Relationship, lut: Lut | None, stated: bool, warnings: list[str]
) -> Calibration:
    if lut is not None:
        return Calibration.CALIBRATED
    if relationship is Relationship.LIN:
        if text(header, "PresentationIntentType") == "FOR PRESENTATION":
            warnings.append(
                f"{named('PresentationIntentType')} is FOR PRESENTATION, so the values are shaped for the "
                "eye: no thickness and no volume"
            )
            return Calibration.DISPLAY
        original = text(header, "ImageType") == "ORIGINAL"
        if stated and original:
            return Calibration.CALIBRATED
        if not stated:
            warnings.append(
                f"LIN without {named('PixelIntensityRelationshipSign')} is not certain, so no volume"
            )
        if not original:
            warnings.append(
                f"{named('ImageType')} is not ORIGINAL: how it was derived is not known, so no volume"
            )
        return Calibration.MONOTONE
    if relationship is Relationship.LOG:
        warnings.append(f"LOG without {named('ModalityLUTSequence')}: the gain is unknown, so no volume")
        return Calibration.MONOTONE
    if relationship is Relationship.DISP:
        warnings.append(
            f"DISP without {named('ModalityLUTSequence')}: the values are shaped for the eye: no thickness, "
            "no volume"
        )
    return Calibration.DISPLAY


def _subtracted(header: Header) -> bool:
    if any("SUBTRACT" in value.upper() for value in texts(header, "ImageType")):
        return True
    steps = header.dataset.get("DerivationCodeSequence") or []
    subtraction = codes.DCM.PixelByPixelSubtraction
    return any(
        (step.get("CodingSchemeDesignator"), step.get("CodeValue"))
        == (subtraction.scheme_designator, subtraction.value)
        for step in steps
    )
