from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from leakwatch.config.report import ReportConfig
from leakwatch.nouns import FrameResult, Run, StoredFrame
from leakwatch.review.jpeg import decode
from leakwatch.review.spool import FrameSpool
from leakwatch.review.spooled import iter_frames, spooled_bytes


@pytest.fixture
def spool(
    tmp_path: Path, make_run: Callable[..., Run], make_result: Callable[..., FrameResult]
) -> Callable[..., Path]:
    """Spool frames of which each is lighter than the one before, and give the folder."""

    def keep(name: str, frames: int, config: ReportConfig | None = None, **changes: object) -> Path:
        folder = tmp_path / name
        run = make_run(times_s=np.arange(max(frames, 1)) / 7.5, **changes)
        spool = FrameSpool(folder, run, config or ReportConfig())
        rng = np.random.default_rng(1)
        for index in range(frames):
            pixels = rng.normal(400 + 5 * index, 30, (run.rows, run.columns)).astype(np.uint16)
            labels = np.zeros((run.rows, run.columns), np.uint8)
            labels[10:14, 10:16] = 1
            labels[20:24, 10:16] = 3
            labels[30:33, 30:36] = 2
            time_s = float(run.times_s[index])
            spool.add(
                StoredFrame(index, time_s, pixels),
                make_result(index=index, time_s=time_s, labels=labels),
                [np.array([[5.0, 5], [30, 5], [30, 20]])],
            )
        spool.close()
        spool.close()
        return folder

    return keep


def test_frames_come_back_in_order_with_what_is_drawn(spool: Callable[..., Path]) -> None:
    frames = list(iter_frames(spool("a", 12)))
    assert [one.frame for one in frames] == list(range(12))
    drawing = json.loads(frames[7].drawing)
    assert drawing["outlines"] == [[5.5, 5.5, 30.5, 5.5, 30.5, 20.5]]
    assert len(drawing["cement"]) == 2
    (leak,) = drawing["leak"]
    assert 30 <= min(leak[::2]) <= max(leak[::2]) <= 36
    assert 30 <= min(leak[1::2]) <= max(leak[1::2]) <= 33


def test_the_window_is_frozen(spool: Callable[..., Path]) -> None:
    greys = [float(decode(one.jpeg).mean()) for one in iter_frames(spool("a", 20))]
    # would a window follow the picture, the rise would be gone
    assert greys[15] > greys[0] + 15


def test_later_frames_do_not_change_earlier_ones(spool: Callable[..., Path]) -> None:
    some, all_of_them = list(iter_frames(spool("a", 9))), list(iter_frames(spool("b", 30)))
    assert [one.jpeg for one in some] == [one.jpeg for one in all_of_them[:9]]


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_run_shorter_than_the_window_needs(spool: Callable[..., Path], frames: int) -> None:
    folder = spool("a", frames)
    assert len(list(iter_frames(folder))) == frames
    assert json.loads((folder / "view.json").read_text())["frames"] == frames


def test_large_pictures_are_shown_smaller_and_drawings_stay(spool: Callable[..., Path]) -> None:
    folder = spool("a", 9, ReportConfig(max_side_px=64), rows=80, columns=160)
    view = json.loads((folder / "view.json").read_text())
    assert (view["rows"], view["columns"]) == (80, 160)
    assert (view["shown_rows"], view["shown_columns"]) == (32, 64)
    first = next(iter_frames(folder))
    assert decode(first.jpeg).shape == (32, 64)
    assert max(json.loads(first.drawing)["leak"][0]) > 33


def test_no_more_frames_wait_than_the_window_needs(
    tmp_path: Path, make_run: Callable[..., Run], make_result: Callable[..., FrameResult]
) -> None:
    spool = FrameSpool(tmp_path / "a", make_run(), ReportConfig(window_frames=3))
    pixels = np.full((40, 50), 100, np.uint16)
    for index in range(10):
        spool.add(StoredFrame(index, index / 7.5, pixels), make_result(index=index), [])
        assert len(spool._waiting) < 3
    spool.close()


def test_a_spool_cut_short_ends_with_its_last_whole_frame(spool: Callable[..., Path]) -> None:
    folder = spool("a", 10)
    pictures, _ = spooled_bytes(folder)
    with (folder / "frames.jpgs").open("r+b") as file:
        file.truncate(pictures - 5)
    assert len(list(iter_frames(folder))) == 9
    with (folder / "frames.jsonl").open("r+", encoding="utf-8") as file:
        file.truncate(spooled_bytes(folder)[1] // 2)
    assert len(list(iter_frames(folder))) < 9


def test_a_flat_picture_is_no_fault(
    tmp_path: Path, make_run: Callable[..., Run], make_result: Callable[..., FrameResult]
) -> None:
    spool = FrameSpool(tmp_path / "a", make_run(), ReportConfig())
    spool.add(StoredFrame(0, 0.0, np.zeros((40, 50), np.uint16)), make_result(), [])
    spool.close()
    assert len(list(iter_frames(tmp_path / "a"))) == 1
