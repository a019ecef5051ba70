from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from pydicom import uid

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.frames import iter_stored_frames
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError

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
