"""How the stored values of a run relate to X-ray intensity."""

from __future__ import annotations

from leakwatch.dicom.calibration import settle
from leakwatch.dicom.header import Header
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.lossy import read_lossy
from leakwatch.dicom.modality_lut import Lut, lut_name, read_modality_lut
from leakwatch.dicom.padding import read_padding
from leakwatch.dicom.rescale import is_rescaled, read_zero
from leakwatch.dicom.subtraction import read_subtraction
from leakwatch.dicom.values import named, numbers, present, shown, text
from leakwatch.nouns import Calibration, IntensityChain, Relationship

_SIGN = "PixelIntensityRelationshipSign"


def read_intensity(
    header: Header, layout: Layout, *, bone_is_bright: bool = False
) -> tuple[IntensityChain, tuple[str, ...]]:
    """Build the intensity chain of a run, and a sentence for every rule applied (PS3.3 C.8.7.1.1.2).

    Sign, where Pixel Intensity Relationship Sign (0028,1041) is missing: LIN and LOG are proportional to
    intensity by definition, so +1, or what the direction of the Modality LUT says; anything else is a
    picture for the eye, in which fluoroscopy shows bone dark: +1 for MONOCHROME2, -1 for MONOCHROME1; the
    reverse with `bone_is_bright`.
    Where the sign is given, it speaks of stored values and Photometric Interpretation of display only.
    """
    warnings: list[str] = []
    relationship = _relationship(header)
    inverted = text(header, "PhotometricInterpretation") == "MONOCHROME1"
    subtracted, said = read_subtraction(header)
    warnings.extend(said)
    lut = None
    if relationship in (Relationship.LOG, Relationship.DISP) and not subtracted:
        lut = _way_back(header, layout, warnings)
    sign, stated = _sign(header, relationship, (inverted, bone_is_bright), lut, warnings)
    if lut is not None and (1 if lut[1][-1] > lut[1][0] else -1) != sign:
        warnings.append(
            f"{lut_name(header)} runs against {named(_SIGN)} {sign}, which is followed and the table ignored"
        )
        lut = None
    if relationship is Relationship.LIN and not subtracted:
        lut, trouble = read_zero(header, layout, sign)
        warnings.extend([trouble] if trouble else [])
    calibration = Calibration.DISPLAY
    if not subtracted:
        calibration, said = settle(header, layout, relationship, lut, stated)
        warnings.extend(said)
    padding, said = read_padding(header, layout)
    warnings.extend((*said, *read_lossy(header)))
    chain = IntensityChain(
        relationship,
        sign,
        inverted,
        layout.bits_stored,
        layout.signed,
        lut,
        calibration,
        padding,
        subtracted,
    )
    return chain, tuple(warnings)


def _relationship(header: Header) -> Relationship:
    term = text(header, "PixelIntensityRelationship").strip().upper()
    if term in (Relationship.LIN, Relationship.LOG, Relationship.DISP):
        return Relationship(term)
    return Relationship.OTHER


def _way_back(header: Header, layout: Layout, warnings: list[str]) -> Lut | None:
    lut, trouble = read_modality_lut(header, layout.signed)
    if trouble:
        warnings.append(f"{trouble}; it was ignored")
    if lut is None and is_rescaled(header):
        warnings.append(
            f"{named('RescaleSlope')} and {named('RescaleIntercept')} are a straight line, which cannot lead "
            "back from LOG or DISP to intensity; they were ignored"
        )
    return lut


def _sign(
    header: Header,
    relationship: Relationship,
    shown_as: tuple[bool, bool],
    lut: Lut | None,
    warnings: list[str],
) -> tuple[int, bool]:
    """Return the sign and whether the file states it; `shown_as`: inverted, and with bone bright."""
    values = numbers(header, _SIGN)
    if values in ((1.0,), (-1.0,)):
        return int(values[0]), True
    said = shown(header, _SIGN) if present(header, _SIGN) else "missing"
    if lut is not None:
        sign, why = (1 if lut[1][-1] > lut[1][0] else -1), f"the direction of {lut_name(header)}"
    elif relationship in (Relationship.LIN, Relationship.LOG):
        sign, why = 1, f"the definition of {relationship}"
    else:
        inverted, is_bright = shown_as
        bone = "bright" if is_bright else "dark"
        sign, why = (-1 if inverted != is_bright else 1), f"bone shown {bone}, as dicom.bone has it"
    warnings.append(f"{named(_SIGN)} is {said}; {sign:+d} is taken from {why}")
    return sign, False
