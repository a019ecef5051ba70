from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom import uid

from leakwatch.config import Config
from leakwatch.inspect.inspection import Entry
from leakwatch.inspect.look import look
from leakwatch.inspect.sheet import TILE_PX, Tile, draw_sheet
from leakwatch.inspect.thumbnails import spread_frames, write_sheet

from .mixed import PATIENT, PLANTED


@pytest.fixture
def growing() -> NDArray[np.uint16]:
    """30 frames of 64 x 64 in which a dark square grows from the left."""
    frames = np.full((30, 64, 64), 3000, np.uint16)
    frames += np.arange(64, dtype=np.uint16) * 4
    for index in range(30):
        frames[index, 20:40, : 2 * index] = 500
    return frames


def entry_of(path: Path) -> Entry:
    (entry,) = look([path], Config()).entries
    return entry


def tile(sheet: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    """Cut a square tile out of a sheet of four columns, whose tiles lie on a grid."""
    step_x, step_y = TILE_PX + 8, TILE_PX + 22 + 8
    top = sheet.shape[0] - step_y * (-(-12 // 4))
    y, x = top + number // 4 * step_y, 8 + number % 4 * step_x
    return sheet[y : y + TILE_PX, x : x + TILE_PX]


def load(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture.astype(np.uint8)


def test_tiles_show_the_frames_they_say(
    write_xa: Callable[..., Path], growing: NDArray[np.uint16], tmp_path: Path
) -> None:
    entry = entry_of(write_xa(growing, bits_stored=12, **PATIENT))
    sheet = write_sheet(entry, tmp_path)
    assert (sheet.failures, len(sheet.frames)) == ((), 12)
    assert (sheet.frames[0], sheet.frames[-1]) == (0, 29)
    picture = load(sheet.path)
    dark = [float(np.mean(tile(picture, number) < 60)) for number in range(12)]
    assert dark[0] == 0.0
    assert (np.diff(dark) > 0.01).all()
    assert dark[-1] == pytest.approx(58 * 20 / 64**2, abs=0.01)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".dcm") == ["2.25.1001.jpg"]
    assert PLANTED.encode() not in sheet.path.read_bytes()


def test_polarity_is_that_of_a_viewer(
    write_xa: Callable[..., Path], growing: NDArray[np.uint16], tmp_path: Path
) -> None:
    usual = entry_of(write_xa(growing, bits_stored=12))
    shown = tile(load(write_sheet(usual, tmp_path).path), 11)
    inverse = entry_of(write_xa(growing, bits_stored=12, PhotometricInterpretation="MONOCHROME1"))
    shown_inverse = tile(load(write_sheet(inverse, tmp_path).path), 11)
    middle = TILE_PX * 30 // 64
    assert shown[middle, 20] < 40
    assert shown_inverse[middle, 20] > 215


def test_what_a_shutter_covers_does_not_set_the_window(
    write_xa: Callable[..., Path], growing: NDArray[np.uint16], tmp_path: Path
) -> None:
    covered = np.repeat(growing[:1], 30, axis=0)
    covered[:, :, :40] = 1
    path = write_xa(
        covered,
        bits_stored=12,
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge=41,
        ShutterRightVerticalEdge=64,
        ShutterUpperHorizontalEdge=1,
        ShutterLowerHorizontalEdge=64,
    )
    picture = tile(load(write_sheet(entry_of(path), tmp_path).path), 0)
    # 24 columns that differ by 4 each fill the whole range of greys
    assert float(picture[5, 170]) < 60
    assert float(picture[5, 250]) > 200


def test_a_frame_that_cannot_be_decoded_is_an_empty_tile(
    write_xa: Callable[..., Path], growing: NDArray[np.uint16], tmp_path: Path
) -> None:
    path = write_xa(growing, syntax=uid.JPEGLSLossless, bits_stored=12)
    data = path.read_bytes()
    starts = [i for i in range(len(data) - 3) if data[i : i + 4] == b"\xff\xd8\xff\xf7"]
    assert len(starts) == 30
    # frame 29 is on every sheet; its matrix no longer is that of the header
    at = data.index(b"\xff\xf7", starts[29]) + 5
    path.write_bytes(data[:at] + b"\x00\x09" + data[at + 2 :])
    sheet = write_sheet(entry_of(path), tmp_path)
    (sentence,) = sheet.failures
    assert str(path) in sentence
    assert "29" in sentence
    whole, empty = (tile(load(sheet.path), number) for number in (10, 11))
    assert float(np.median(empty)) < 80 < float(np.median(whole))


def test_few_frames_make_few_tiles(
    write_xa: Callable[..., Path], scene: NDArray[np.uint16], tmp_path: Path
) -> None:
    sheet = write_sheet(entry_of(write_xa(scene, bits_stored=12)), tmp_path)
    assert sheet.frames == (0, 1, 2, 3)
    assert load(sheet.path).shape[0] < 2 * TILE_PX


def test_pixels_are_shown_as_wide_as_they_are(
    write_xa: Callable[..., Path], growing: NDArray[np.uint16], tmp_path: Path
) -> None:
    path = write_xa(growing, bits_stored=12, ImagerPixelSpacing=[0.2, 0.4])
    tall = write_xa(growing, "tall.dcm", bits_stored=12)
    wide, square = (load(write_sheet(entry_of(one), tmp_path).path) for one in (path, tall))
    assert square.shape[0] - wide.shape[0] == 3 * TILE_PX // 2


@given(st.lists(st.floats(1e-3, 1e3), min_size=0, max_size=60))
def test_frames_are_spread_over_time(steps: list[float]) -> None:
    times_s = np.cumsum([0.0, *steps])
    frames = spread_frames(times_s)
    assert frames[0] == 0
    assert frames[-1] == len(times_s) - 1
    assert list(frames) == sorted(set(frames))
    assert len(frames) <= 12
    moments = np.linspace(0, times_s[-1], 12)
    nearest = np.abs(times_s[None, :] - moments[:, None]).min(axis=1)
    chosen = np.abs(times_s[list(frames)][None, :] - moments[:, None]).min(axis=1)
    np.testing.assert_allclose(chosen, nearest, atol=1e-9)


def test_a_sheet_is_as_wide_as_its_caption() -> None:
    picture = Tile(np.full((TILE_PX, TILE_PX), 128, np.uint8), "frame 0")
    short, long = draw_sheet(["x"], [picture]), draw_sheet(["x" * 200], [picture])
    assert long.shape[1] > short.shape[1] > TILE_PX
