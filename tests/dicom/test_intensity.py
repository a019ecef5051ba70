from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom import uid
from pydicom.dataset import Dataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.frames import DicomFrames
from leakwatch.dicom.read import read_run
from leakwatch.dicom.subtraction import names_subtraction
from leakwatch.imaging.attenuation import attenuation_table, to_frame
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


def derived(code):
    step = Dataset()
    step.CodeValue, step.CodingSchemeDesignator = code, "DCM"
    return [step]


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
        ({"PixelIntensityRelationship": ""}, "display", "(0028,1040) is missing"),
        ({"ImageType": ["DERIVED", "PRIMARY", "SUBTRACTION"]}, "display", "already subtracted from a mask"),
        ({"DerivationCodeSequence": derived("113086")}, "display", "says that edges were enhanced"),
        ({"PixelIntensityRelationship": "LOG", "ImageType": ["DERIVED", "PRIMARY"]}, "monotone", "unknown"),
    ],
)
def test_less_than_calibrated_says_why(chain, elements, calibration, phrase):
    intensity, said = chain(**elements)
    assert intensity.calibration == calibration
    assert phrase in said


@pytest.mark.parametrize("term", ["lin", " LIN ", "LIN\0", "Lin"])
def test_term_may_be_written_carelessly(chain, term):
    assert chain(PixelIntensityRelationship=term)[0].relationship is Relationship.LIN


def test_coded_subtraction_is_seen(chain):
    intensity, said = chain(DerivationCodeSequence=derived("113062"))
    assert (intensity.calibration, intensity.subtracted) == (Calibration.DISPLAY, True)
    assert "already subtracted" in said


def test_mask_alone_is_only_recommended(chain):
    mask = Dataset()
    mask.MaskOperation, mask.MaskFrameNumbers = "AVG_SUB", [1]
    for elements in ({"MaskSubtractionSequence": [mask]}, {"RecommendedViewingMode": "SUB"}):
        intensity, said = chain(**elements)
        assert (intensity.calibration, intensity.subtracted) == (Calibration.CALIBRATED, False)
        assert "the stored pixels are not subtracted" in said


@pytest.mark.parametrize(
    ("values", "subtracted"),
    [
        (["DERIVED", "PRIMARY", "SINGLE PLANE", "SUBTRACTION"], True),
        (["derived", "primary", "subtracted"], True),
        (["DERIVED", "PRIMARY", "SINGLE PLANE", "DIGITAL SUB"], True),
        (["DERIVED", "PRIMARY", "DSA"], True),
        (["ORIGINAL", "PRIMARY", "SINGLE PLANE", "DSA"], False),
        (["ORIGINAL", "PRIMARY", "UNSUBTRACTED"], False),
        (["ORIGINAL", "PRIMARY", "NON-SUBTRACTED"], False),
        (["ORIGINAL", "PRIMARY", "SUBSTANCE"], False),
        ([], False),
    ],
)
def test_names_of_subtraction(values, subtracted):
    assert names_subtraction(values) is subtracted


def test_lossy_compression_is_told_with_what_is_known(write_xa, scene, chain):
    said = chain(
        LossyImageCompression="01",
        LossyImageCompressionRatio=["4", "10"],
        LossyImageCompressionMethod="ISO_10918_1",
    )[1]
    assert "is 01 (by ISO_10918_1 to 1/10): compression has changed the noise" in said
    assert "compression has changed" not in chain(LossyImageCompression="00")[1]
    near = write_xa(scene, syntax=uid.JPEGLSNearLossless, bits_stored=12)
    assert "the transfer syntax" in " ".join(read_run(near, DicomConfig()).warnings)
    whole = write_xa(scene, syntax=uid.JPEGLSLossless, bits_stored=12)
    assert "compression" not in " ".join(read_run(whole, DicomConfig()).warnings)


PADDINGS = [
    ({"PixelPaddingValue": 0}, (0, 0)),
    ({"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 40}, (0, 40)),
    ({"PixelPaddingValue": 4095, "PixelPaddingRangeLimit": 4000}, (4000, 4095)),
    ({"PixelPaddingValue": 63536}, None),
    ({"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 4000}, None),
    ({"PixelPaddingRangeLimit": 40}, None),
]


@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
@pytest.mark.parametrize(("elements", "padding"), PADDINGS)
def test_padding_is_no_picture(chain, elements, padding, syntax):
    intensity, said = chain(syntax, **elements)
    assert intensity.padding == padding
    assert bool(said) == (padding is None and "PixelPaddingValue" in elements)
    if padding is not None:
        valid = attenuation_table(intensity).valid
        assert not valid[padding[0] : padding[1] + 1].any()
        assert valid[1000:3000].all()


@pytest.mark.parametrize("stated", [63488, 65535])
@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
def test_padding_of_signed_pixels_is_signed(write_xa, scene, stated, syntax):
    pixels = scene.astype(np.int16) - 2048
    path = write_xa(pixels, bits_stored=12, syntax=syntax, PixelPaddingValue=stated)
    assert read_run(path, DicomConfig()).intensity.padding == (stated - 65536, stated - 65536)


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


@pytest.mark.parametrize(
    ("stated", "sign", "is_assumed"),
    [
        ({"PixelIntensityRelationship": "DRM"}, -1, True),
        ({"PixelIntensityRelationship": "DISP", "PhotometricInterpretation": "MONOCHROME1"}, 1, True),
        ({"PixelIntensityRelationship": "LOG"}, 1, False),
        ({"PixelIntensityRelationship": "DISP", "PixelIntensityRelationshipSign": 1}, 1, False),
    ],
)
def test_machine_that_shows_bone_bright_can_be_told_of(write_xa, scene, stated, sign, is_assumed):
    elements = {"PixelIntensityRelationshipSign": None, **stated}
    run = read_run(write_xa(scene, bits_stored=12, **elements), DicomConfig(bone="bright"))
    assert run.intensity.sign == sign
    assert any("bone shown bright, as dicom.bone has it" in one for one in run.warnings) == is_assumed


def test_stated_sign_wins_over_photometric_interpretation(chain):
    assert chain(PhotometricInterpretation="MONOCHROME1", PixelIntensityRelationshipSign=-1)[0].sign == -1
    assert chain(PhotometricInterpretation="MONOCHROME1", PixelIntensityRelationshipSign=1)[0].sign == 1


@pytest.mark.parametrize(
    ("slope", "intercept", "first", "last"),
    [("1", "0", None, None), ("2", "0", None, None), ("1", "-64", -64, 4031), ("0.5", "8", 8, 2055.5)],
)
def test_intercept_says_which_value_means_no_intensity(chain, slope, intercept, first, last):
    intensity, said = chain(RescaleSlope=slope, RescaleIntercept=intercept)
    assert (intensity.calibration, said) == (Calibration.CALIBRATED, "")
    if first is None:
        assert intensity.to_intensity is None
    else:
        assert (intensity.to_intensity[1][0], intensity.to_intensity[1][-1]) == (first, last)


@pytest.mark.parametrize(("slope", "intercept"), [("-1", "4095"), ("1", "-5000"), ("0", "7"), ("1e300", "1")])
def test_line_against_intensity_is_ignored(chain, slope, intercept):
    intensity, said = chain(RescaleSlope=slope, RescaleIntercept=intercept)
    assert intensity.to_intensity is None
    assert "ignored" in said


# One physical scene in every coding: what a machine with that coding would store, by hand.

DEEPEST = 5.0
BITS = (8, 10, 12, 16)


def stored_as(scene, relationship, sign, bits, signed, rescaled):
    """Stored values of a scene of line integrals, and the elements that say how to read them."""
    top = 2**bits - 1
    lowest = -(2 ** (bits - 1)) if signed else 0
    highest = lowest + top
    share = np.exp(-scene)
    elements = {}
    if relationship == "LIN" and signed and not rescaled:
        # 0 is no intensity where values rise with it, so that half of the cell is left
        values = share * highest if sign > 0 else highest - share * top
    elif relationship == "LIN":
        values = lowest + share * top if sign > 0 else highest - share * top
        if rescaled:
            elements = {"RescaleSlope": str(sign), "RescaleIntercept": str(-lowest if sign > 0 else highest)}
    else:
        if relationship == "LOG":
            way, back = (lambda s: 1 + np.log(s) / DEEPEST), (lambda v: np.exp((v - 1) * DEEPEST))
        else:
            way, back = np.sqrt, np.square
        values = lowest + top * way(share) if sign > 0 else highest - top * way(share)
        brightness = np.arange(top + 1)[:: 1 if sign > 0 else -1] / top
        if rescaled:
            elements["ModalityLUTSequence"] = lut(
                np.rint(65535 * back(brightness)).astype(int), lowest % 65536, as_bytes=True
            )
    kind = ("i" if signed else "u") + ("1" if bits == 8 else "2")
    return np.rint(values).astype(kind), elements


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    scene=arrays(np.float64, (2, 6, 8), elements=st.floats(0.2, 2.0)),
    cement=st.floats(0.3, 0.5),
)
def test_one_scene_in_every_coding_is_one_attenuation(write_xa, scene, cement):
    scene[1] = scene[0]
    scene[1, 2:4, 3:6] += cement
    terms = itertools.product(
        ("LIN", "LOG", "DISP"), (1, -1), ("MONOCHROME1", "MONOCHROME2"), BITS, (False, True), (False, True)
    )
    for relationship, sign, photometric, bits, signed, led_back in terms:
        pixels, elements = stored_as(scene, relationship, sign, bits, signed, led_back)
        path = write_xa(
            pixels,
            bits_stored=bits,
            PixelIntensityRelationship=relationship,
            PixelIntensityRelationshipSign=sign,
            PhotometricInterpretation=photometric,
            **elements,
        )
        run = read_run(path, DicomConfig())
        with DicomFrames(run) as frames:
            first, second = (to_frame(stored, run) for stored in frames)
        case = (relationship, sign, photometric, bits, signed, led_back)
        assert first.valid.all(), case
        assert second.valid.all(), case
        # cement adds, whatever the coding
        darker = second.attenuation - first.attenuation
        assert (darker[2:4, 3:6] > 0).all(), case
        assert (np.delete(darker.ravel(), [19, 20, 21, 27, 28, 29]) == 0).all(), case
        given_, true = np.stack([first.attenuation, second.attenuation]).ravel(), scene.ravel()
        if relationship == "DISP" and not led_back:
            order = np.argsort(true, kind="stable")
            assert (np.diff(given_[order]) >= 0).all(), case
            assert run.intensity.calibration is Calibration.DISPLAY
            continue
        # half a stored step each way, in units of true attenuation, and half an entry of the LUT
        share = np.exp(-true)
        depth = (
            2 ** (bits - 1) - 1
            if (relationship, signed, led_back, sign) == ("LIN", True, False, 1)
            else 2**bits - 1
        )
        step = {"LIN": 1 / share, "LOG": DEEPEST, "DISP": 2 / np.sqrt(share)}[relationship] / depth
        bound = 0.6 * step + (0.6 / (65535 * share) if led_back and relationship != "LIN" else 0.0) + 1e-5
        gain = 1.0
        if relationship == "LOG" and not led_back:
            gain = bits * np.log(2.0) * (2**bits - 1) / 2**bits / DEEPEST
        error = given_ / gain - true
        # equal up to an offset: every pixel's interval has a point in common
        assert (error - bound).max() <= (error + bound).min(), case
        certain = led_back or (relationship == "LIN" and not signed)
        assert (run.intensity.calibration is Calibration.CALIBRATED) == certain, case
