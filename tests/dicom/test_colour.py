"""Colour becomes luminance, in every way that colour can be stored."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.datadict import tag_for_keyword
from pydicom.pixels import get_encoder
from pydicom.pixels.processing import convert_color_space

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.colour import luminance_of
from leakwatch.dicom.frames import iter_stored_frames
from leakwatch.dicom.read import read_run
from leakwatch.dicom.syntaxes import JPEG_XL_LOSSLESS
from leakwatch.errors import InputError
from leakwatch.nouns import Calibration

from ..moving import pictures, put_frames

CONFIG = DicomConfig()
GREY = pictures(3)
TINTED = np.stack([GREY, GREY[:, ::-1], GREY[..., ::-1]], -1)
Y = np.rint(TINTED @ np.array([0.299, 0.587, 0.114])).astype(int)
YBR = np.stack([convert_color_space(frame, "RGB", "YBR_FULL") for frame in TINTED])


def colour(path, data, photometric, planar=0, **elements):
    dataset = pydicom.dcmread(path)
    dataset.SamplesPerPixel = 3
    dataset.PhotometricInterpretation = photometric
    dataset.PlanarConfiguration = planar
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    if data is not None:
        dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset.save_as(path)
    return path


def read(path):
    run = read_run(path, CONFIG)
    assert run.intensity.calibration is Calibration.DISPLAY
    return run, np.stack([frame.pixels for frame in iter_stored_frames(run)])


def said(run, words):
    return any(words in warning for warning in run.warnings)


def shared_colour(ybr):
    """Y Y Cb Cr of each two pixels."""
    pairs = ybr.reshape(*ybr.shape[:2], -1, 2, 3)
    return np.concatenate([pairs[..., 0], pairs[..., 0, 1:]], -1)


NATIVE = {
    "rgb by pixel": (TINTED, "RGB", 0),
    "rgb by plane": (np.moveaxis(TINTED, -1, 1), "RGB", 1),
    "ybr by pixel": (YBR, "YBR_FULL", 0),
    "ybr by plane": (np.moveaxis(YBR, -1, 1), "YBR_FULL", 1),
    "ybr 422": (shared_colour(YBR), "YBR_FULL_422", 0),
}


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian])
@pytest.mark.parametrize("name", NATIVE)
def test_native_colour_becomes_luminance(write_xa, name, syntax):
    stored, photometric, planar = NATIVE[name]
    path = colour(write_xa(GREY, syntax=syntax), stored.tobytes(), photometric, planar)
    run, pixels = read(path)
    assert np.abs(pixels.astype(int) - Y).max() <= 1
    assert said(run, "luminance of ITU-R BT.601")
    assert not said(run, "palette of greys")


def test_sixteen_bit_colour_keeps_its_bits(write_xa):
    deep = TINTED.astype(np.uint16) << 4
    path = colour(write_xa(deep[..., 0], bits_stored=12), deep.tobytes(), "RGB")
    _, pixels = read(path)
    assert pixels.dtype == np.uint16
    assert np.abs(pixels.astype(int) - (Y << 4)).max() <= 16


def test_grey_stored_as_colour_comes_back_as_it_was(write_xa):
    grey = np.stack([GREY] * 3, -1)
    np.testing.assert_array_equal(read(colour(write_xa(GREY), grey.tobytes(), "RGB"))[1], GREY)


def rle(frame):
    return get_encoder(uid.RLELossless).encode(
        np.ascontiguousarray(frame),
        rows=frame.shape[0],
        columns=frame.shape[1],
        number_of_frames=1,
        samples_per_pixel=3,
        bits_allocated=8,
        bits_stored=8,
        pixel_representation=0,
        photometric_interpretation="RGB",
        planar_configuration=0,
    )


def jpeg(frame, space):
    return imagecodecs.jpeg8_encode(frame, level=98, colorspace="RGB", outcolorspace=space)


def lossless(frame):
    return imagecodecs.jpeg8_encode(frame, lossless=True, colorspace="RGB", outcolorspace="RGB")


def j2k(frame):
    return imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, codecformat="j2k", mct=True)


CODED = {
    "rle rgb": (uid.RLELossless, "RGB", rle, TINTED, 1),
    "rle ybr": (uid.RLELossless, "YBR_FULL", rle, YBR, 1),
    "jpeg ybr": (uid.JPEGBaseline8Bit, "YBR_FULL_422", lambda f: jpeg(f, "YCBCR"), TINTED, 5),
    "jpeg rgb": (uid.JPEGBaseline8Bit, "RGB", lambda f: jpeg(f, "RGB"), TINTED, 5),
    "jpeg ybr said to be rgb": (uid.JPEGBaseline8Bit, "RGB", lambda f: jpeg(f, "YCBCR"), TINTED, 5),
    "jpeg rgb said to be ybr": (uid.JPEGBaseline8Bit, "YBR_FULL_422", lambda f: jpeg(f, "RGB"), TINTED, 5),
    "jpeg lossless": (uid.JPEGLosslessSV1, "RGB", lossless, TINTED, 1),
    "jpeg-ls": (uid.JPEGLSLossless, "RGB", imagecodecs.jpegls_encode, TINTED, 1),
    "jpeg-ls ybr": (uid.JPEGLSLossless, "YBR_FULL", imagecodecs.jpegls_encode, YBR, 1),
    "jpeg 2000": (uid.JPEG2000Lossless, "YBR_RCT", j2k, TINTED, 1),
    "htj2k": (uid.HTJ2KLossless, "YBR_RCT", imagecodecs.htj2k_encode, TINTED, 1),
    "jpeg xl": (JPEG_XL_LOSSLESS, "RGB", lambda f: imagecodecs.jpegxl_encode(f, lossless=True), TINTED, 1),
}


@pytest.mark.parametrize("name", CODED)
def test_compressed_colour_becomes_luminance(write_xa, name):
    syntax, photometric, encode, frames, error = CODED[name]
    path = colour(write_xa(GREY), None, photometric)
    coded = [bytes(encode(np.ascontiguousarray(frame))) for frame in frames]
    _, pixels = read(put_frames(path, coded, syntax))
    assert np.abs(pixels.astype(int) - Y).max() <= error


def test_jpeg_without_a_mark_of_its_colours_is_what_the_header_says(write_xa):
    path = colour(write_xa(GREY), None, "RGB")
    coded = [bytes(jpeg(frame, "RGB")) for frame in TINTED]
    assert all(frame[2:4] == b"\xff\xee" for frame in coded)  # Adobe's mark
    bare = [frame[:2] + frame[4 + int.from_bytes(frame[4:6], "big") :] for frame in coded]
    _, pixels = read(put_frames(path, bare, uid.JPEGBaseline8Bit))
    assert np.abs(pixels.astype(int) - Y).max() <= 5


def palette(path, tables, **elements):
    names = zip(("Red", "Green", "Blue"), tables, strict=True)
    luts = {}
    for name, table in names:
        luts[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        luts[f"{name}PaletteColorLookupTableData"] = table.astype("<u2").tobytes()
    dataset = pydicom.dcmread(path)
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    for keyword, value in {**luts, **elements}.items():
        dataset.add_new(tag_for_keyword(keyword), "US" if keyword.endswith("Descriptor") else "OW", value)
    dataset.save_as(path)
    return path


RAMP = np.arange(256) * 257


def test_grey_palette_is_looked_up_and_said_to_be_grey(write_xa):
    run, pixels = read(palette(write_xa(GREY), [RAMP[::-1]] * 3))
    np.testing.assert_array_equal(pixels, 255 - GREY)
    assert said(run, "palette of greys")
    assert run.intensity.bits_stored == 8


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.RLELossless, uid.ImplicitVRLittleEndian])
def test_colour_palette_becomes_luminance(write_xa, syntax):
    tables = [RAMP, RAMP // 2, RAMP[::-1]]
    run, pixels = read(palette(write_xa(GREY, syntax=syntax), tables))
    table = np.rint(np.stack(tables, -1) @ np.array([0.299, 0.587, 0.114]) / 257)
    assert np.abs(pixels - table[GREY]).max() <= 1
    assert not said(run, "palette of greys")
    assert "PaletteColor" not in "".join(run.tags)


@pytest.mark.parametrize(
    "elements",
    [
        {"RedPaletteColorLookupTableDescriptor": [256, 0, 9]},
        {"BluePaletteColorLookupTableData": b""},
        {"RedPaletteColorLookupTableDescriptor": [65535, 0, 16]},
    ],
)
def test_broken_palette_is_refused(write_xa, elements):
    path = palette(write_xa(GREY), [RAMP] * 3, **elements)
    with pytest.raises(InputError, match="the palette cannot be read") as caught:
        read(path)
    assert "\n" not in str(caught.value)


REFUSED = {
    "cmyk": ({"SamplesPerPixel": 4, "PhotometricInterpretation": "CMYK"}, "no grey picture can be made"),
    "two": ({"SamplesPerPixel": 2, "PhotometricInterpretation": "RGB"}, r"Samples per Pixel .* is 2, but"),
    "one": ({"SamplesPerPixel": 1, "PhotometricInterpretation": "RGB"}, r"is 1, but .* RGB has 3"),
    "partial": ({"SamplesPerPixel": 3, "PhotometricInterpretation": "YBR_PARTIAL_420"}, "no grey picture"),
    "rct": (
        {"SamplesPerPixel": 3, "PhotometricInterpretation": "YBR_RCT"},
        "uncompressed pixels cannot have",
    ),
    "signed": (
        {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PixelRepresentation": 1},
        r"Pixel Representation \(0028,0103\) is 1, which RGB forbids",
    ),
    "bytes": ({"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB"}, "holds only 1 whole frames"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_colour_that_is_not_clear_is_refused(write_xa, case):
    elements, words = REFUSED[case]
    with pytest.raises(InputError, match=words):
        read_run(write_xa(GREY, **elements), CONFIG)


def test_colour_capture_of_fluoroscopy_is_read(write_xa):
    path = colour(
        write_xa(GREY),
        TINTED.tobytes(),
        "RGB",
        SOPClassUID=uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    )
    assert read(path)[0].frames == 3


def test_luminance_of_ybr_is_its_first_sample():
    np.testing.assert_array_equal(luminance_of(YBR[0], is_rgb=False), YBR[0][..., 0])
