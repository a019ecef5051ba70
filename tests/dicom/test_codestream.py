from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from pydicom import uid

from leakwatch.dicom.codestream import StatedSize, is_complete, is_ycc, stated_size
from leakwatch.dicom.decode import decode_frame
from leakwatch.dicom.layout import Layout

from ..synthetic_xa import encode

KINDS = {
    uid.JPEGBaseline8Bit: "jpeg",
    uid.JPEGExtended12Bit: "jpeg",
    uid.JPEGLosslessSV1: "jpeg",
    uid.JPEGLSLossless: "jpegls",
    uid.JPEG2000Lossless: "jpeg2k",
    uid.HTJ2KLossless: "htj2k",
    uid.RLELossless: "rle",
}


def made(syntax, scene):
    bits = 8 if syntax == uid.JPEGBaseline8Bit else 12
    frame = (scene[0] >> 4).astype(np.uint8) if bits == 8 else scene[0]
    allocated = 8 if bits == 8 else 16
    layout = Layout(24, 32, 1, allocated, bits, bits - 1, False, True, KINDS[syntax], 0)
    return encode(frame, syntax, bits), layout


@pytest.mark.parametrize("syntax", [syntax for syntax, kind in KINDS.items() if kind != "rle"])
def test_size_is_read_from_the_codestream(scene, syntax):
    data, _ = made(syntax, scene)
    assert stated_size(data) == StatedSize(24, 32, 1)
    assert is_complete(data + b"\0" * 9)


@pytest.mark.parametrize("syntax", KINDS)
def test_no_cut_codestream_passes_as_a_picture(scene, syntax):
    data, layout = made(syntax, scene)
    decode_frame(data, layout)
    for length in range(0, len(data) - 2, 37):
        with pytest.raises(ValueError, match=r"\w"):
            decode_frame(data[:length], layout)


def test_comments_and_fill_bytes_before_the_frame_header_are_passed_over(scene):
    data, _ = made(uid.JPEGBaseline8Bit, scene)
    longer = data[:2] + b"\xff\x01" + b"\xff\xff\xfe\x00\x06note" + data[2:]
    assert stated_size(longer) == StatedSize(24, 32, 1)


def test_codestream_wrapped_in_a_jp2_file_is_found(scene):
    data, _ = made(uid.JPEG2000Lossless, scene)
    assert stated_size(b"\0\0\0\x0cjP  \r\n\x87\n" + data) == StatedSize(24, 32, 1)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\x00\x00", b"\xff\xd8\xff\xfe\x00", b"PK\x03\x04" * 9]
)
def test_what_is_no_codestream_is_refused(data):
    with pytest.raises(ValueError, match=r"codestream|marker"):
        stated_size(data)


@pytest.mark.parametrize(("shift", "bits"), [(0, 12), (4, 12), (0, 16), (3, 9)])
def test_rle_cells_are_cut_to_the_stored_bits(scene, shift, bits):
    frame = ((scene[0] & ((1 << bits) - 1)) << shift).astype(np.uint16)
    layout = Layout(24, 32, 1, 16, bits, bits - 1 + shift, False, True, "rle", 0)
    np.testing.assert_array_equal(decode_frame(encode(frame, uid.RLELossless, 16), layout), frame >> shift)


@pytest.mark.parametrize("boxes", [False, True])
@pytest.mark.parametrize("shape", [(24, 32), (512, 512), (100, 37), (480, 640), (1080, 1920), (1, 4000)])
def test_size_is_read_from_jpeg_xl(shape, boxes):
    data = imagecodecs.jpegxl_encode(np.zeros(shape, np.uint8), lossless=True, usecontainer=boxes)
    assert stated_size(data) == StatedSize(*shape, 0)
    assert is_complete(data)
    with pytest.raises(ValueError, match="ends inside its header"):
        stated_size(data[: data.index(b"\xff\x0a") + 4])


def test_no_cut_jpeg_xl_passes_as_a_picture(scene):
    data = imagecodecs.jpegxl_encode(scene[0], lossless=True)
    layout = Layout(24, 32, 1, 16, 12, 11, False, True, "jpegxl", 0)
    np.testing.assert_array_equal(decode_frame(data, layout), scene[0])
    for length in range(0, len(data) - 2, 37):
        with pytest.raises(ValueError, match=r"\w"):
            decode_frame(data[:length], layout)


@pytest.mark.parametrize(("space", "expected"), [("YCBCR", True), ("RGB", False)])
def test_colours_of_a_jpeg_are_told_by_its_own_marks(scene, space, expected):
    rgb = np.stack([(scene[0] >> 4).astype(np.uint8)] * 3, -1)
    data = imagecodecs.jpeg8_encode(rgb, colorspace="RGB", outcolorspace=space)
    assert is_ycc(data, assumed=not expected) is expected
    first = 4 + int.from_bytes(data[4:6], "big")
    for assumed in (True, False):
        assert is_ycc(data[:2] + data[first:], assumed=assumed) is assumed
        assert is_ycc(data[:10], assumed=assumed) in (True, False)
