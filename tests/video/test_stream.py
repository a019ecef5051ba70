from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.video.content import HEAD, container_of
from leakwatch.video.nameless import Nameless
from leakwatch.video.stream import PictureStream

from ..moving import film, h264, pictures

FRAMES = pictures()
X265 = {"x265-params": "keyint=8:bframes=3:open-gop=1:crf=8:log-level=none"}
FILMS = {
    "h264 mp4": lambda: h264(FRAMES),
    "h264 mov": lambda: h264(FRAMES, "mov"),
    "h264 avi": lambda: h264(FRAMES, "avi"),
    "h264 transport": lambda: h264(FRAMES, "mpegts"),
    "h264 open": lambda: film(
        FRAMES, "mp4", "libx264", "yuv420p", **{"x264-params": "keyint=8:open-gop=1:bframes=3:b-adapt=0"}
    ),
    "h264 10 bits": lambda: film(FRAMES, "matroska", "libx264", "yuv420p10le", g="8"),
    "hevc mp4": lambda: film(FRAMES, "mp4", "libx265", "yuv420p", **X265),
    "mpeg4 avi": lambda: film(FRAMES, "avi", "mpeg4", "yuv420p", g="8", bf="2", b="4000000"),
    "mjpeg avi": lambda: film(FRAMES, "avi", "mjpeg", "yuvj420p", **{"q:v": "1", "b": "9000000"}),
    "ffv1 mkv": lambda: film(FRAMES, "matroska", "ffv1", "gray", g="8"),
    "wmv": lambda: film(FRAMES, "asf", "wmv2", "yuv420p", b="4000000"),
    "mpeg2 program": lambda: film(FRAMES, "vob", "mpeg2video", "yuv420p", g="8", bf="2", b="8000000"),
    "mpeg2 transport": lambda: film(FRAMES, "mpegts", "mpeg2video", "yuv420p", g="8", bf="2", b="8000000"),
    "vp9 webm": lambda: film(FRAMES, "webm", "libvpx-vp9", "yuv420p", crf="4", b="0"),
    "rgb avi": lambda: film(FRAMES, "avi", "rawvideo", "bgr24"),
    "raw h264": lambda: h264(FRAMES, "h264"),
    "raw hevc": lambda: film(FRAMES, "hevc", "libx265", "yuv420p", **X265),
    "raw mpeg2": lambda: film(FRAMES, "mpeg2video", "mpeg2video", "yuv420p", g="8", bf="2", b="8000000"),
}
RAW = {"raw h264": "h264", "raw hevc": "hevc", "raw mpeg2": "mpegvideo"}


def opened(kind, data=None, **limits):
    data = FILMS[kind]() if data is None else data
    container = RAW.get(kind) or container_of(data[:HEAD])
    return PictureStream(io.BytesIO(data), container, **({"largest": 4096, "most": 1000} | limits))


@pytest.fixture(scope="module", params=FILMS)
def played(request):
    stream = opened(request.param)
    yield stream, [stream.picture(number).pixels for number in range(len(FRAMES))]
    stream.close()


def test_every_picture_is_there_and_close_to_what_was_encoded(played):
    stream, sequence = played
    assert stream.packets.count == len(FRAMES)
    top = (1 << stream.picture(0).bits) - 1
    for number, pixels in enumerate(sequence):
        distance = np.abs(pixels * (255 / top) - FRAMES).mean(axis=(1, 2))
        assert distance.argmin() == number
        assert distance[number] < 5


@settings(max_examples=8, deadline=None)
@given(order=st.lists(st.integers(0, len(FRAMES) - 1), min_size=1, max_size=8))
def test_any_order_gives_the_pictures_of_sequential_reading(played, order):
    stream, sequence = played
    for number in order:
        np.testing.assert_array_equal(stream.picture(number).pixels, sequence[number])


def test_sequential_reading_never_seeks_back():
    class Counting(io.BytesIO):
        backwards = 0

        def seek(self, offset, whence=0):
            before = self.tell()
            place = super().seek(offset, whence)
            type(self).backwards += place < before
            return place

    source = Counting(h264(FRAMES, "matroska"))
    stream = PictureStream(source, "matroska", largest=64, most=1000)
    stream.picture(0)
    Counting.backwards = 0
    for number in range(1, len(FRAMES)):
        stream.picture(number)
    assert Counting.backwards == 0
    stream.close()


def test_memory_does_not_grow_with_the_number_of_pictures():
    def peak(count):
        data = film(FRAMES[:1].repeat(count, axis=0), "matroska", "mjpeg", "yuvj420p")
        tracemalloc.start()
        stream = opened("", data, most=1000)
        for number in range(count):
            stream.picture(number)
        top = tracemalloc.get_traced_memory()[1]
        stream.close()
        tracemalloc.stop()
        return top

    peak(10)
    assert peak(400) - peak(40) < 200_000  # 360 pictures of 3 KiB are 1.1 MB


def test_missing_picture_is_told_and_the_next_one_is_there():
    data = film(FRAMES, "mov", "png", "gray")
    starts = [place for place in range(len(data)) if data.startswith(b"\x89PNG", place)]
    broken = data[: starts[5]] + bytes(400) + data[starts[5] + 400 :]
    stream = opened("", broken)
    with pytest.raises(ValueError, match="the decoder refuses it"):
        stream.picture(5)
    np.testing.assert_array_equal(stream.picture(6).pixels, FRAMES[6])
    np.testing.assert_array_equal(stream.picture(4).pixels, FRAMES[4])
    stream.close()


def test_without_stamps_nothing_is_numbered_after_a_damaged_packet():
    data = bytearray(FILMS["raw mpeg2"]())
    middle = len(data) // 2
    data[middle : middle + 40] = b"\xff" * 40
    stream, whole = opened("raw mpeg2", bytes(data)), opened("raw mpeg2")
    assert stream.packets.stamps is None
    told = 0
    for number in range(len(FRAMES)):
        try:
            pixels = stream.picture(number).pixels
        except ValueError:
            told += 1
        else:
            assert not told
            np.testing.assert_array_equal(pixels, whole.picture(number).pixels)
    assert 0 < told < len(FRAMES)
    stream.close()
    whole.close()


def test_damaged_picture_is_told_rather_than_patched_up():
    made = FILMS["mpeg2 transport"]()
    data, whole = bytearray(made), opened("mpeg2 transport", made)
    middle = len(data) // 2
    data[middle : middle + 60] = b"\x55" * 60
    stream = opened("mpeg2 transport", bytes(data))
    assert stream.packets.stamps is not None
    told = []
    for number in range(len(FRAMES)):
        try:
            pixels = stream.picture(number).pixels
        except ValueError:
            told.append(number)
        else:
            if not told:
                np.testing.assert_array_equal(pixels, whole.picture(number).pixels)
    assert told
    # the next key picture needs nothing of what was damaged
    np.testing.assert_array_equal(stream.picture(23).pixels, whole.picture(23).pixels)
    stream.close()
    whole.close()


def test_more_pictures_than_allowed_are_refused():
    with pytest.raises(ValueError, match="more than 10 pictures"):
        opened("ffv1 mkv", most=10)


def test_picture_of_another_size_than_the_container_says_costs_no_memory():
    data = film(FRAMES, "matroska", "mjpeg", "yuvj420p")
    assert data.count(b"\xff\xc0\x00\x11\x08\x00\x30\x00\x40") == len(FRAMES)
    huge = data.replace(b"\xff\xc0\x00\x11\x08\x00\x30\x00\x40", b"\xff\xc0\x00\x11\x08\xff\xff\xff\xff")
    stream = opened("", huge)
    with pytest.raises(ValueError, match="decoder"):
        stream.picture(0)
    stream.close()


def test_demuxer_that_is_sent_before_the_beginning_prints_nothing(capfd):
    """A negative offset in the index of an MP4."""
    data = bytearray(h264(FRAMES))
    for kind in (b"stco", b"stsz"):
        place = data.index(kind)
        data[place + 12 : place + 40] = b"\xff" * 28 if kind == b"stco" else data[place + 12 : place + 40]
    with pytest.raises(ValueError, match=r"\w"):
        opened("", bytes(data)).picture(0)
    source = Nameless(io.BytesIO(b"abc"))
    assert source.seek(-5) == -1
    assert source.seek(1) == 1
    assert source.read(9) == b"bc"
    assert capfd.readouterr() == ("", "")
