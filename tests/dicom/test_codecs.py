"""Every transfer syntax: decoded here, or refused with a sentence that names it. The table is complete."""

from __future__ import annotations

import zlib

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom._uid_dict import UID_dictionary

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom import syntaxes
from leakwatch.dicom.codecs import no_decoder
from leakwatch.dicom.frames import iter_stored_frames
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError

from ..moving import film, h264, pictures, put_frames, put_stream, relabel
from ..synthetic_xa import item

CONFIG = DicomConfig()
FRAMES = pictures(8)
X265 = {"x265-params": "keyint=4:crf=4:log-level=none"}

STILL = {
    uid.ImplicitVRLittleEndian: 0,
    uid.ExplicitVRLittleEndian: 0,
    uid.ExplicitVRBigEndian: 0,
    uid.DeflatedExplicitVRLittleEndian: 0,
    uid.RLELossless: 0,
    uid.JPEGBaseline8Bit: 8,
    uid.JPEGExtended12Bit: 90,
    uid.JPEGLossless: 0,
    uid.JPEGLosslessSV1: 0,
    uid.JPEGLSLossless: 0,
    uid.JPEGLSNearLossless: 2,
    uid.JPEG2000Lossless: 0,
    uid.JPEG2000: 0,
    uid.HTJ2KLossless: 0,
    uid.HTJ2KLosslessRPCL: 0,
    uid.HTJ2K: 0,
}
"""Largest error of a stored value."""


def recompressed(frame):
    return imagecodecs.jpegxl_encode(frame, lossless=True)


OWN = {
    syntaxes.ENCAPSULATED_UNCOMPRESSED: bytes,
    syntaxes.DEFLATED_FRAMES: lambda frame: zlib.compress(frame.tobytes(), wbits=-15),
    syntaxes.JPEG_XL_LOSSLESS: recompressed,
    syntaxes.JPEG_XL_RECOMPRESSION: recompressed,
    syntaxes.JPEG_XL: recompressed,
}
MPEG2 = [uid.MPEG2MPML, uid.MPEG2MPMLF, uid.MPEG2MPHL, uid.MPEG2MPHLF]
H264 = [
    uid.MPEG4HP41,
    uid.MPEG4HP41F,
    uid.MPEG4HP41BD,
    uid.MPEG4HP41BDF,
    uid.MPEG4HP422D,
    uid.MPEG4HP422DF,
    uid.MPEG4HP423D,
    uid.MPEG4HP423DF,
]
HEVC = [uid.HEVCMP51, uid.HEVCM10P51]
MOVING = {
    **dict.fromkeys(MPEG2, lambda: film(FRAMES, "mpeg2video", "mpeg2video", "yuv420p", bf="2", b="9000000")),
    **dict.fromkeys(H264, lambda: h264(FRAMES, "h264", crf="4")),
    uid.HEVCMP51: lambda: film(FRAMES, "hevc", "libx265", "yuv420p", **X265),
    uid.HEVCM10P51: lambda: film(FRAMES, "hevc", "libx265", "yuv420p10le", **X265),
}

CONVERT = "convert the file to Explicit VR Little Endian"
REFUSED = {
    **{
        f"1.2.840.10008.1.2.4.{number}": CONVERT
        for number in (52, 53, 54, 55, 56, 58, 59, 60, 61, 62, 63, 64, 65, 66, 92, 93)
    },
    "1.2.840.10008.1.2.4.94": "ask for the pictures themselves",
    "1.2.840.10008.1.2.4.95": "ask for the pictures themselves",
    "1.2.840.10008.1.2.4.204": "ask for the pictures themselves",
    "1.2.840.10008.1.2.4.205": "ask for the pictures themselves",
    "1.2.840.10008.1.2.4.106": "export one of them as a video",
    "1.2.840.10008.1.2.4.106.1": "export one of them as a video",
    "1.2.840.10008.1.2.6.1": "no encoding of pictures",
    "1.2.840.10008.1.2.6.2": "no encoding of pictures",
    "1.2.840.10008.1.2.7.1": "record it as a file",
    "1.2.840.10008.1.2.7.2": "record it as a file",
    "1.2.840.10008.1.2.7.3": "record it as a file",
    "1.2.840.10008.1.20": CONVERT,
    "1.2.840.10008.1.2.4.8888": CONVERT,
}


def test_table_is_complete():
    known = {value for value, (_, kind, *_) in UID_dictionary.items() if kind == "Transfer Syntax"}
    newer = {*OWN, "1.2.840.10008.1.2.4.8888"}
    assert {*STILL, *OWN, *MOVING, *REFUSED} == known | newer
    assert len(STILL) + len(OWN) + len(MOVING) + len(REFUSED) == len(known | newer)
    assert set(uid.MPEGTransferSyntaxes) <= {*MOVING, *REFUSED}
    for syntax in known | newer:
        assert (no_decoder(uid.UID(syntax)) == "") == (syntax not in REFUSED)


def read(path):
    run = read_run(path, CONFIG)
    return run, np.stack([frame.pixels for frame in iter_stored_frames(run)])


@pytest.mark.parametrize("syntax", STILL)
def test_still_syntax_is_decoded(write_xa, syntax):
    deep = syntax in (uid.ExplicitVRBigEndian, uid.JPEGExtended12Bit)
    frames = FRAMES.astype(np.uint16) << 4 if deep else FRAMES
    _, pixels = read(write_xa(frames, syntax=syntax, bits_stored=12 if deep else 8))
    assert np.abs(pixels.astype(int) - frames).max() <= STILL[syntax]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("syntax", OWN)
def test_syntax_newer_than_the_dictionary_is_decoded(write_xa, syntax, dtype):
    frames = FRAMES.astype(dtype) * (15 if dtype == np.uint16 else 1)
    path = write_xa(frames, bits_stored=12 if dtype == np.uint16 else 8)
    put_frames(path, [OWN[syntax](frame) for frame in frames], syntax)
    np.testing.assert_array_equal(read(path)[1], frames)


def padded(data):
    return data + b"\0" * (len(data) % 2)


def moving(write_xa, syntax, stream=None, **elements):
    deep = syntax == uid.HEVCM10P51
    template = FRAMES.astype(np.uint16) if deep else FRAMES
    path = write_xa(template, bits_stored=10 if deep else 8)
    colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "YBR_PARTIAL_420", "PlanarConfiguration": 0}
    return put_stream(path, stream or MOVING[syntax](), syntax, **(colour | elements))


@pytest.mark.parametrize("syntax", MOVING)
def test_video_is_decoded_as_a_display_picture(write_xa, syntax):
    run, pixels = read(moving(write_xa, syntax))
    top = 1023 if syntax == uid.HEVCM10P51 else 255
    distance = np.abs(pixels[:, None] * (255 / top) - FRAMES[None]).mean(axis=(2, 3))
    np.testing.assert_array_equal(distance.argmin(axis=1), np.arange(8))
    assert distance.min(axis=1).max() < 5
    assert run.intensity.calibration == "display"
    assert any("colour is dropped" in warning for warning in run.warnings)
    assert any("lossy" in warning for warning in run.warnings)


@pytest.mark.parametrize("container", ["mp4", "mpegts", "h264"])
@pytest.mark.parametrize("pieces", [1, 7])
def test_video_may_be_in_a_container_and_in_any_number_of_fragments(write_xa, container, pieces):
    path = write_xa(FRAMES)
    put_stream(path, h264(FRAMES, container, crf="4"), uid.MPEG4HP41, pieces=pieces)
    assert np.abs(read(path)[1].astype(int) - FRAMES).mean() < 5


def test_empty_fragments_are_passed_over(write_xa):
    path = write_xa(FRAMES)
    stream = padded(h264(FRAMES, "h264"))
    whole = read(put_stream(path, stream, uid.MPEG4HP41))[1]
    dataset = pydicom.dcmread(path)
    dataset.PixelData = b"".join(map(item, [b"", b"", stream[:500], b"", b"", stream[500:], b""]))
    dataset.save_as(path)
    np.testing.assert_array_equal(read(path)[1], whole)


def test_fewer_pictures_than_stated_are_refused(write_xa):
    path = moving(write_xa, uid.MPEG4HP41, NumberOfFrames=9)
    with pytest.raises(InputError, match=r"Number of Frames \(0028,0008\) is 9, but .* only 8 whole frames"):
        read_run(path, CONFIG)


def test_more_pictures_than_stated_are_left_with_a_warning(write_xa):
    run, pixels = read(moving(write_xa, uid.MPEG4HP41, NumberOfFrames=5))
    assert len(pixels) == run.frames == 5
    assert any("but the video holds 8 pictures; the first 5 are read" in said for said in run.warnings)


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        ({"Rows": 47}, "its video is 48 x 64, the header 47 x 64"),
        ({"Columns": 640}, "its video is 48 x 64, the header 48 x 640"),
    ],
)
def test_video_of_another_size_is_refused(write_xa, elements, words):
    with pytest.raises(InputError, match=words):
        read(moving(write_xa, uid.MPEG4HP41, **elements))


def test_video_of_another_depth_is_refused(write_xa):
    path = moving(write_xa, uid.HEVCM10P51, stream=MOVING[uid.HEVCMP51]())
    with pytest.raises(
        InputError, match=r"frame 0 of 8 .*48 x 64 of 8 bits, the header states 48 x 64 of 10"
    ):
        read(path)


@pytest.mark.parametrize("syntax", [uid.MPEG2MPML, uid.MPEG4HP41, uid.HEVCMP51])
@pytest.mark.parametrize("rubbish", [b"", b"\x55" * 3000, b"#EXTM3U\nfile:///etc/passwd\n" * 9])
def test_rubbish_for_a_video_is_refused_in_one_sentence(write_xa, syntax, rubbish):
    path = put_stream(write_xa(FRAMES), rubbish or b"\0\0", syntax)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("syntax", REFUSED)
def test_syntax_without_a_decoder_is_named_and_the_way_out_told(write_xa, syntax):
    path = relabel(write_xa(FRAMES, syntax=uid.JPEGLSLossless), syntax)
    with pytest.raises(InputError) as caught:
        read_run(path, CONFIG)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: Transfer Syntax UID (0002,0010) is '{uid.UID(syntax).name}', ")
    assert REFUSED[syntax] in sentence


def test_codec_that_was_left_out_of_the_build_names_the_package(write_xa, monkeypatch):
    monkeypatch.setattr(imagecodecs.JPEGXL, "available", False)
    path = relabel(write_xa(FRAMES, syntax=uid.JPEGLSLossless), syntaxes.JPEG_XL)
    with pytest.raises(InputError, match=r"is 'JPEG XL', .* install the wheel of imagecodecs"):
        read_run(path, CONFIG)


def test_deflated_frame_that_never_ends_is_cut_at_a_frame(write_xa):
    path = write_xa(FRAMES)
    bomb = zlib.compress(bytes(200 << 20), 9, wbits=-15)
    put_frames(path, [bomb] * 8, syntaxes.DEFLATED_FRAMES)
    assert read(path)[1].max() == 0


def test_jpeg_xl_states_its_size_before_it_is_decoded(write_xa):
    path = write_xa(FRAMES)
    large = imagecodecs.jpegxl_encode(np.zeros((3000, 3000), np.uint8), lossless=True)
    put_frames(path, [large] * 8, syntaxes.JPEG_XL)
    with pytest.raises(InputError, match=r"states 3000 x 3000 x 1, the header 48 x 64 x 1"):
        read(path)
