from __future__ import annotations

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange

from leakwatch.video.luma import has_colour, luma_of, luminance

RAMP = np.arange(256, dtype=np.uint8).repeat(2).reshape(16, 32)


def framed(form, plane, dtype=np.uint8):
    frame = av.VideoFrame(32, 16, form)
    line = np.zeros((16, frame.planes[0].line_size // np.dtype(dtype).itemsize), dtype)
    line[:, :32] = plane
    frame.planes[0].update(line.tobytes())
    return frame


@pytest.mark.parametrize("form", ["yuv420p", "yuv422p", "yuv444p", "nv12", "gray"])
def test_limited_range_is_stretched_so_that_black_is_0_and_white_255(form):
    frame = framed(form, RAMP)
    frame.color_range = ColorRange.MPEG
    luma = luma_of(frame)
    expected = np.clip(np.rint((RAMP.astype(float) - 16) * 255 / 219), 0, 255)
    np.testing.assert_array_equal(luma.pixels, expected)
    assert luma.bits == 8


@pytest.mark.parametrize(
    ("form", "stated"), [("yuvj420p", None), ("yuv420p", ColorRange.JPEG), ("gray", None)]
)
def test_full_range_is_left_alone(form, stated):
    frame = framed(form, RAMP)
    if stated is not None:
        frame.color_range = stated
    np.testing.assert_array_equal(luma_of(frame).pixels, RAMP)


def test_yuv_that_states_no_range_has_the_limited_one():
    pixels = luma_of(framed("yuv420p", RAMP)).pixels
    assert (pixels[RAMP <= 16] == 0).all()
    assert (pixels[RAMP >= 235] == 255).all()


@pytest.mark.parametrize(("form", "bits"), [("yuv420p10le", 10), ("yuv422p12le", 12)])
def test_deep_video_keeps_its_bits(form, bits):
    deep = np.linspace(0, (1 << bits) - 1, RAMP.size).astype("<u2").reshape(RAMP.shape)
    frame = framed(form, deep, "<u2")
    frame.color_range = ColorRange.JPEG
    luma = luma_of(frame)
    assert luma.bits == bits
    np.testing.assert_array_equal(luma.pixels, deep)
    frame.color_range = ColorRange.MPEG
    pixels = luma_of(frame).pixels
    unit = 1 << (bits - 8)
    assert (pixels[deep <= 16 * unit] == 0).all()
    assert (pixels[deep >= 235 * unit] == (1 << bits) - 1).all()


@pytest.mark.parametrize("form", ["rgb24", "bgr24", "rgba", "gbrp"])
def test_grey_in_rgb_is_lossless(form):
    rgb = av.VideoFrame.from_ndarray(np.stack([RAMP] * 3, -1), "rgb24")
    luma = luma_of(rgb.reformat(format=form))
    np.testing.assert_array_equal(luma.pixels, RAMP)


def test_colours_are_weighed_as_bt_601_says():
    red, green, blue = (np.full(1, value, np.uint8) for value in (200, 100, 50))
    assert luminance(red, green, blue).tolist() == [round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)]
    every = np.arange(65536, dtype=np.uint16)
    np.testing.assert_array_equal(luminance(every, every, every), every)


def test_packed_formats_are_unpacked():
    grey = framed("yuv422p", RAMP)
    grey.color_range = ColorRange.JPEG
    packed = grey.reformat(format="yuyv422")
    packed.color_range = ColorRange.JPEG
    assert np.abs(luma_of(packed).pixels.astype(int) - RAMP).max() <= 1


def test_grey_formats_are_known():
    assert not has_colour("gray12le")
    assert has_colour("yuv420p")
