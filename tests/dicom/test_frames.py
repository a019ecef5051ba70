from __future__ import annotations

import tracemalloc
import zlib

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import uid

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.frames import DicomFrames, iter_stored_frames
from leakwatch.dicom.read import read_run
from leakwatch.dicom.syntaxes import DEFLATED_FRAMES, ENCAPSULATED_UNCOMPRESSED
from leakwatch.errors import InputError

from ..moving import h264, put_frames, put_stream

CONFIG = DicomConfig()
NATIVE = [
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
]
LOSSLESS = [
    uid.RLELossless,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
    uid.HTJ2KLossless,
    uid.HTJ2KLosslessRPCL,
]


def decoded(path):
    run = read_run(path, CONFIG)
    return run, np.stack([frame.pixels for frame in iter_stored_frames(run)])


@pytest.mark.parametrize("syntax", NATIVE + LOSSLESS)
def test_lossless_syntaxes_give_back_what_was_stored(write_xa, scene, syntax):
    run, pixels = decoded(write_xa(scene, syntax=syntax, bits_stored=12))
    np.testing.assert_array_equal(pixels, scene)
    assert run.frames == 4


@pytest.mark.parametrize("syntax", [*NATIVE[:2], *LOSSLESS])
def test_lossless_syntaxes_give_back_bytes_too(write_xa, scene, syntax):
    eight = (scene >> 4).astype(np.uint8)
    np.testing.assert_array_equal(decoded(write_xa(eight, syntax=syntax))[1], eight)


@pytest.mark.parametrize(
    ("syntax", "bits", "error"),
    [
        (uid.JPEGBaseline8Bit, 8, 6),
        (uid.JPEGExtended12Bit, 12, 60),
        (uid.JPEGLSNearLossless, 12, 2),
        (uid.JPEG2000, 12, 0),
        (uid.HTJ2K, 12, 0),
    ],
)
def test_lossy_syntaxes_come_close(write_xa, scene, syntax, bits, error):
    stored = (scene >> 4).astype(np.uint8) if bits == 8 else scene
    pixels = decoded(write_xa(stored, syntax=syntax, bits_stored=bits))[1]
    assert np.abs(pixels.astype(int) - stored).max() <= error


@pytest.mark.parametrize("table", ["basic", "none"])
@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.JPEG2000Lossless, uid.JPEGLosslessSV1])
def test_frames_of_several_fragments_are_joined(write_xa, scene, syntax, table):
    path = write_xa(scene, syntax=syntax, bits_stored=12, fragments=3, table=table)
    np.testing.assert_array_equal(decoded(path)[1], scene)


@pytest.mark.parametrize("table", ["basic", "extended", "none"])
@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.RLELossless])
def test_offset_tables_may_be_of_any_kind(write_xa, scene, syntax, table):
    path = write_xa(scene, syntax=syntax, bits_stored=12, table=table)
    np.testing.assert_array_equal(decoded(path)[1], scene)


def test_offset_table_that_points_nowhere_is_not_followed(write_xa, scene):
    path = write_xa(scene, syntax=uid.JPEGLSLossless, bits_stored=12)
    data = bytearray(path.read_bytes())
    table = data.index(b"\xfe\xff\x00\xe0") + 8
    data[table + 4 : table + 8] = b"\x03\x00\x00\x00"
    path.write_bytes(data)
    np.testing.assert_array_equal(decoded(path)[1], scene)


@pytest.mark.parametrize("syntax", [*NATIVE, uid.RLELossless, uid.JPEG2000Lossless])
def test_signed_values_keep_their_sign(write_xa, scene, syntax):
    signed = scene.astype(np.int16) - 2048
    path = write_xa(signed, syntax=syntax, bits_stored=16 if syntax == uid.JPEG2000Lossless else 12)
    np.testing.assert_array_equal(decoded(path)[1], signed)


def test_bits_above_those_stored_are_dropped(write_xa, scene):
    with_overlay = scene | np.uint16(0xA000)
    pixels = decoded(write_xa(with_overlay, bits_stored=12))[1]
    np.testing.assert_array_equal(pixels, scene)


def test_sign_is_that_of_the_bits_stored(write_xa):
    cells = np.array([[[0x0FFF, 0x0800], [0x07FF, 0xF000]]] * 2, np.uint16)
    pixels = decoded(write_xa(cells, bits_stored=12, PixelRepresentation=1))[1]
    np.testing.assert_array_equal(pixels[0], [[-1, -2048], [2047, 0]])


def test_values_that_do_not_begin_at_bit_zero_are_shifted_down(write_xa, scene):
    pixels = decoded(write_xa(scene << 4, bits_stored=12, HighBit=15))[1]
    np.testing.assert_array_equal(pixels, scene)


def test_stated_times_go_with_the_frames(write_xa, scene):
    run = read_run(write_xa(scene, FrameTime="133.3333"), CONFIG)
    times = [(frame.index, frame.time_s) for frame in iter_stored_frames(run)]
    assert times == [(i, pytest.approx(0.1333333 * i)) for i in range(4)]


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLSLossless, uid.RLELossless])
def test_file_that_lost_its_end_names_the_frame(write_xa, scene, syntax):
    path = write_xa(scene, syntax=syntax, bits_stored=12)
    run = read_run(path, CONFIG)
    path.write_bytes(path.read_bytes()[:-300])
    good = []
    with pytest.raises(InputError, match=r"run\.dcm: frame 3 of 4 in Pixel Data .* cannot be decoded"):
        good.extend(iter_stored_frames(run))
    assert len(good) == 3


def test_deflated_stream_that_lost_its_end_names_the_frame(write_xa):
    noise = np.random.default_rng(1).integers(0, 4096, (4, 64, 64)).astype(np.uint16)
    path = write_xa(noise, syntax=uid.DeflatedExplicitVRLittleEndian, bits_stored=12)
    run = read_run(path, CONFIG)
    path.write_bytes(path.read_bytes()[:-8000])
    with pytest.raises(InputError, match=r"frame 2 of 4 in Pixel Data .* cannot be decoded"):
        list(iter_stored_frames(run))


@pytest.mark.parametrize(
    "syntax",
    [uid.RLELossless, uid.JPEGBaseline8Bit, uid.JPEGLosslessSV1, uid.JPEGLSLossless, uid.JPEG2000Lossless],
)
def test_frame_of_rubbish_names_the_frame(write_xa, scene, syntax):
    path = write_xa((scene >> 4).astype(np.uint8), syntax=syntax)
    run = read_run(path, CONFIG)
    data = bytearray(path.read_bytes())
    second = [i for i in range(len(data)) if data.startswith(b"\xfe\xff\x00\xe0", i)][2]
    data[second + 8 : second + 40] = b"\x55" * 32
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"run\.dcm: frame 1 of 4 in Pixel Data .* cannot be decoded"):
        list(iter_stored_frames(run))


@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.JPEG2000Lossless, uid.JPEGLosslessSV1])
def test_codestream_of_another_size_is_refused_before_it_is_decoded(write_xa, scene, syntax):
    path = write_xa(scene, syntax=syntax, bits_stored=12, Rows=23)
    run = read_run(path, CONFIG)
    with pytest.raises(InputError, match=r"frame 0 of 4 .*states 24 x 32 x 1, the header 23 x 32 x 1"):
        next(iter_stored_frames(run))


def test_bomb_in_a_codestream_costs_no_memory(write_xa, scene):
    path = write_xa(scene, syntax=uid.JPEGLSLossless, bits_stored=12)
    run = read_run(path, CONFIG)
    data = bytearray(path.read_bytes())
    start = data.index(b"\xff\xf7") + 5
    data[start : start + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    with pytest.raises(InputError, match="states 65535 x 65535"):
        next(iter_stored_frames(run))


@pytest.mark.parametrize("syntax", [*NATIVE, uid.JPEGLSLossless])
def test_memory_does_not_grow_with_the_number_of_frames(write_xa, syntax):
    rng = np.random.default_rng(3)

    def peak(frames):
        pixels = rng.integers(0, 4096, (1, 64, 64)).astype(np.uint16).repeat(frames, axis=0)
        path = write_xa(pixels, f"{frames}.dcm", syntax=syntax, bits_stored=12)
        run = read_run(path, CONFIG)
        del pixels
        tracemalloc.start()
        for _ in iter_stored_frames(run):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(20)  # first use of a codec loads it
    short, long = peak(20), peak(200)
    # a frame is 8 KiB; 180 more of them would be 1.4 MiB. The list of fragments may grow by a little.
    assert long - short < 100_000


def test_file_that_was_changed_after_reading_is_noticed(write_xa, scene):
    run = read_run(write_xa(scene), CONFIG)
    write_xa(scene[:, :12])
    with pytest.raises(InputError, match="no longer the file that was read"):
        next(iter_stored_frames(run))


SHIFTED = {
    "native": (uid.ExplicitVRLittleEndian, None),
    "rle": (uid.RLELossless, None),
    "deflated frames": (DEFLATED_FRAMES, lambda cells: zlib.compress(cells.tobytes(), wbits=-15)),
    "encapsulated": (ENCAPSULATED_UNCOMPRESSED, bytes),
}


@pytest.mark.parametrize("name", SHIFTED)
def test_high_bit_may_be_anywhere_where_whole_cells_are_kept(write_xa, scene, name):
    syntax, encode = SHIFTED[name]
    cells = scene << 4 | np.uint16(0x5)
    if encode is None:
        path = write_xa(cells, syntax=syntax, bits_stored=12, HighBit=15)
    else:
        path = write_xa(cells, bits_stored=12, HighBit=15)
        put_frames(path, [encode(frame) for frame in cells], syntax)
    np.testing.assert_array_equal(decoded(path)[1], scene)


@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.JPEG2000Lossless])
def test_high_bit_elsewhere_in_a_codestream_is_refused(write_xa, scene, syntax):
    with pytest.raises(InputError, match=r"High Bit \(0028,0102\) is 15 with 12 bits stored"):
        read_run(write_xa(scene << 4, syntax=syntax, bits_stored=12, HighBit=15), CONFIG)


@pytest.mark.parametrize("syntax", [*NATIVE[:2], uid.RLELossless, uid.JPEGLSLossless])
@pytest.mark.parametrize(("cell", "bits"), [(np.uint8, 6), (np.uint16, 6), (np.uint16, 8), (np.uint8, 2)])
def test_fewer_than_eight_bits_may_be_stored(write_xa, scene, syntax, cell, bits):
    few = (scene >> (12 - bits)).astype(cell)
    run, pixels = decoded(write_xa(few, syntax=syntax, bits_stored=bits))
    np.testing.assert_array_equal(pixels, few)
    assert run.intensity.bits_stored == bits


@pytest.mark.parametrize("columns", [32, 31])
@pytest.mark.parametrize("vr", ["OB", "OW"])
def test_bytes_in_big_endian_files_are_read_as_the_vr_says(write_xa, scene, vr, columns):
    rows = 23 if columns == 31 else 24  # frames of an odd number of bytes begin within a word
    bytes_ = (scene >> 4).astype(np.uint8)[:, :rows, :columns]
    path = write_xa(bytes_, syntax=uid.ExplicitVRBigEndian)
    stream = bytes_.tobytes() + b"\0" * (bytes_.size % 2)
    if vr == "OW":
        stream = np.frombuffer(stream, "<u2").astype(">u2").tobytes()
    data = path.read_bytes()
    place = data.index(b"\x7f\xe0\x00\x10OW")
    path.write_bytes(data[: place + 4] + vr.encode() + data[place + 6 : place + 12] + stream)
    np.testing.assert_array_equal(decoded(path)[1], bytes_)


def test_overlays_and_curves_are_not_read(write_xa, scene):
    path = write_xa(scene, bits_stored=12)
    dataset = pydicom.dcmread(path)
    for group in (0x6000, 0x6002):
        dataset.add_new((group, 0x0010), "US", 24)
        dataset.add_new((group, 0x0011), "US", 32)
        dataset.add_new((group, 0x0022), "LO", "DOE^JANE")
        dataset.add_new((group, 0x3000), "OW", b"\xff" * 96)
    dataset.add_new((0x5000, 0x0030), "SH", "DOE^JANE")
    dataset.add_new((0x5000, 0x3000), "OW", b"\xff" * 64)
    dataset.save_as(path)
    run, pixels = decoded(path)
    np.testing.assert_array_equal(pixels, scene)
    assert "DOE" not in repr(run)
    assert run.warnings == ()


def kinds_of_file(write_xa, scene):
    """One path for each way in which frames are found."""
    eight = (scene >> 4).astype(np.uint8).repeat(3, axis=0)
    return {
        "native": write_xa(scene, "native.dcm", bits_stored=12),
        "deflated": write_xa(
            scene, "deflated.dcm", syntax=uid.DeflatedExplicitVRLittleEndian, bits_stored=12
        ),
        "rle": write_xa(scene, "rle.dcm", syntax=uid.RLELossless, bits_stored=12),
        "jpeg-ls": write_xa(scene, "jls.dcm", syntax=uid.JPEGLSLossless, bits_stored=12),
        "fragments": write_xa(
            scene, "fragments.dcm", syntax=uid.JPEG2000Lossless, bits_stored=12, fragments=3, table="none"
        ),
        "h264": put_stream(write_xa(eight, "h264.dcm"), h264(eight, "h264"), uid.MPEG4HP41, pieces=3),
        "h264 in mp4": put_stream(write_xa(eight, "mp4.dcm"), h264(eight), uid.MPEG4HP41),
    }


@pytest.mark.parametrize("kind", ["native", "deflated", "rle", "jpeg-ls", "fragments", "h264", "h264 in mp4"])
def test_any_order_gives_the_frames_of_sequential_reading(write_xa, scene, kind):
    run = read_run(kinds_of_file(write_xa, scene)[kind], CONFIG)
    sequence = [frame.pixels for frame in iter_stored_frames(run)]
    with DicomFrames(run) as reader:

        @settings(max_examples=15, deadline=None)
        @given(order=st.lists(st.integers(0, run.frames - 1), max_size=10))
        def check(order):
            for index in order:
                frame = reader[index]
                assert (frame.index, frame.time_s) == (index, run.times_s[index])
                np.testing.assert_array_equal(frame.pixels, sequence[index])

        check()
        with pytest.raises(IndexError):
            reader[run.frames]
        with pytest.raises(IndexError):
            reader[-1]


def test_frame_that_cannot_be_decoded_does_not_cost_the_others(write_xa, scene):
    path = write_xa(scene, syntax=uid.JPEGLSLossless, bits_stored=12)
    run = read_run(path, CONFIG)
    data = bytearray(path.read_bytes())
    second = [i for i in range(len(data)) if data.startswith(b"\xfe\xff\x00\xe0", i)][2]
    data[second + 8 : second + 40] = b"\x55" * 32
    path.write_bytes(data)
    with DicomFrames(run) as reader:
        with pytest.raises(InputError, match="frame 1 of 4"):
            reader[1]
        for index in (3, 0, 2):
            np.testing.assert_array_equal(reader[index].pixels, scene[index])
