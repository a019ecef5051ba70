from __future__ import annotations

import numpy as np
import pytest
from pydicom import uid
from pydicom.dataset import Dataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.read import read_run
from leakwatch.nouns import Calibration, Relationship


def lut(table, first=0, bits=16, as_bytes=False):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(table) % 65536, first, bits])
    if as_bytes:
        item.add_new("LUTData", "OW", np.asarray(table, "<u2").tobytes())
    else:
        item.add_new("LUTData", "US", [int(value) for value in table])
    item.ModalityLUTType = "US"
    return [item]


RISING = np.linspace(0, 65535, 4096).astype(int)


@pytest.fixture
def chain(write_xa, scene):
    def read(syntax=uid.ExplicitVRLittleEndian, **elements):
        run = read_run(write_xa(scene, syntax=syntax, bits_stored=12, **elements), DicomConfig())
        return run.intensity, " | ".join(run.warnings)

    return read


def test_linear_with_sign_is_calibrated(chain):
    intensity, said = chain()
    assert (intensity.relationship, intensity.sign) == (Relationship.LIN, 1)
    assert (intensity.calibration, said) == (Calibration.CALIBRATED, "")


@pytest.mark.parametrize(
    ("elements", "calibration", "phrase"),
    [
        ({"PixelIntensityRelationshipSign": None}, "monotone", "+1 is taken from the definition of LIN"),
        ({"ImageType": ["DERIVED", "PRIMARY"]}, "monotone", "Image Type (0008,0008) is not ORIGINAL"),
        ({"PresentationIntentType": "FOR PRESENTATION"}, "display", "is FOR PRESENTATION"),
        ({"PixelIntensityRelationship": "LOG"}, "monotone", "LOG without Modality LUT Sequence"),
        ({"PixelIntensityRelationship": "DISP"}, "display", "DISP without Modality LUT Sequence"),
        ({"PixelIntensityRelationship": "DRM"}, "display", "is 'DRM', not LIN, LOG or DISP"),
        ({"PixelIntensityRelationship": None}, "display", "(0028,1040) is missing"),
        ({"ImageType": ["DERIVED", "PRIMARY", "SUBTRACTION"]}, "display", "already subtracted from a mask"),
    ],
)
def test_less_than_calibrated_says_why(chain, elements, calibration, phrase):
    intensity, said = chain(**elements)
    assert intensity.calibration == calibration
    assert phrase in said


def test_coded_subtraction_is_seen(chain):
    step = Dataset()
    step.CodeValue, step.CodingSchemeDesignator = "113062", "DCM"
    intensity, said = chain(DerivationCodeSequence=[step])
    assert intensity.calibration is Calibration.DISPLAY
    assert "already subtracted" in said


@pytest.mark.parametrize("relationship", ["LOG", "DISP"])
@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
def test_modality_lut_is_the_way_back(chain, relationship, as_bytes, syntax):
    intensity, said = chain(
        syntax,
        PixelIntensityRelationship=relationship,
        ModalityLUTSequence=lut(RISING, as_bytes=as_bytes),
    )
    assert intensity.calibration is Calibration.CALIBRATED
    first, table = intensity.to_intensity
    assert first == 0
    np.testing.assert_array_equal(table, RISING)
    assert said == ""


def test_modality_lut_of_a_linear_run_is_for_display_and_left_alone(chain):
    assert chain(ModalityLUTSequence=lut(RISING))[0].to_intensity is None


def test_direction_of_the_lut_stands_in_for_a_missing_sign(chain):
    elements = {"PixelIntensityRelationship": "LOG", "PixelIntensityRelationshipSign": None}
    assert chain(ModalityLUTSequence=lut(RISING), **elements)[0].sign == 1
    intensity, said = chain(ModalityLUTSequence=lut(RISING[::-1]), **elements)
    assert intensity.sign == -1
    assert "-1 is taken from the direction of Modality LUT Sequence" in said


def test_lut_that_runs_against_the_sign_is_ignored(chain):
    intensity, said = chain(PixelIntensityRelationship="LOG", ModalityLUTSequence=lut(RISING[::-1]))
    assert (intensity.sign, intensity.to_intensity) == (1, None)
    assert intensity.calibration is Calibration.MONOTONE
    assert "runs against" in said


def broken_lut(**changes):
    sequence = lut(RISING)
    for keyword, value in changes.items():
        if value is None:
            del sequence[0][keyword]
        else:
            sequence[0][keyword].value = value
    return sequence


@pytest.mark.parametrize(
    ("sequence", "phrase"),
    [
        (lut([0, 5, 3, 9]), "neither rises nor falls throughout"),
        (lut([7, 7, 7]), "neither rises nor falls throughout"),
        (broken_lut(LUTDescriptor=[4000, 0, 16]), "has 4096 entries instead of 4000"),
        (broken_lut(LUTDescriptor=[4096, 0]), "cannot be read (ValueError)"),
        (broken_lut(LUTData=None), "cannot be read (KeyError)"),
    ],
)
def test_useless_lut_is_ignored_with_a_warning(chain, sequence, phrase):
    intensity, said = chain(PixelIntensityRelationship="LOG", ModalityLUTSequence=sequence)
    assert intensity.calibration is Calibration.MONOTONE
    assert phrase in said


def test_straight_line_cannot_undo_a_logarithm(chain):
    intensity, said = chain(PixelIntensityRelationship="LOG", RescaleSlope="2", RescaleIntercept="5")
    assert intensity.to_intensity is None
    assert "are a straight line" in said
    assert "straight line" not in chain(PixelIntensityRelationship="LOG", RescaleSlope="1.0")[1]


@pytest.mark.parametrize(
    ("relationship", "photometric", "sign"),
    [
        ("LIN", "MONOCHROME1", 1),
        ("LOG", "MONOCHROME1", 1),
        ("DISP", "MONOCHROME2", 1),
        ("DISP", "MONOCHROME1", -1),
        ("DRM", "MONOCHROME1", -1),
    ],
)
@pytest.mark.parametrize("stated", [None, 7])
def test_missing_or_impossible_sign_follows_the_rule(chain, relationship, photometric, sign, stated):
    intensity, said = chain(
        PixelIntensityRelationship=relationship,
        PhotometricInterpretation=photometric,
        PixelIntensityRelationshipSign=stated,
    )
    assert (intensity.sign, intensity.inverted) == (sign, photometric == "MONOCHROME1")
    assert f"; {sign:+d} is taken from" in said


def test_stated_sign_wins_over_photometric_interpretation(chain):
    assert chain(PhotometricInterpretation="MONOCHROME1", PixelIntensityRelationshipSign=-1)[0].sign == -1
    assert chain(PhotometricInterpretation="MONOCHROME1", PixelIntensityRelationshipSign=1)[0].sign == 1
