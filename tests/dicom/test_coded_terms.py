from pydicom.sr.codedict import codes

from leakwatch.dicom import coded_terms


def test_codes_are_those_of_the_standard():
    known = codes.DCM
    assert known.EdgeEnhancement.value == coded_terms.EDGE_ENHANCEMENT
    assert known.UnsharpMask.value == coded_terms.UNSHARP_MASK
    assert known.PixelByPixelSubtraction.value == coded_terms.PIXEL_BY_PIXEL_SUBTRACTION
    assert known.OtherImageOfBiplanePair.value == coded_terms.OTHER_IMAGE_OF_BIPLANE_PAIR
    assert known.EdgeEnhancement.scheme_designator == coded_terms.DCM
