"""Pieces that are followed by where they are going, and which of them travel."""

from __future__ import annotations

import numpy as np
import pytest

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.drift import Drift, follow_drifts
from leakwatch.imaging.leak import Spread
from leakwatch.nouns import Frame

from .pictures import make_canvas

SHAPE = (90, 120)
CANVAS = make_canvas(rows=SHAPE[0], columns=SHAPE[1])
PER_MM = CANVAS.pixels(1.0)
INTERVAL_S = 1 / 7.5
SIDE_MM = 2.0


def at(x_mm: float, y_mm: float = 12.0, width_mm: float = SIDE_MM) -> np.ndarray:
    """A block that begins at x."""
    mask = np.zeros(SHAPE, np.bool_)
    top, left = round(y_mm * PER_MM), round(x_mm * PER_MM)
    mask[top : top + round(SIDE_MM * PER_MM), left : left + round(width_mm * PER_MM)] = True
    return mask


def seen(
    frames: list[list[np.ndarray]], levels: list[float] | None = None, poses: list[Pose] | None = None
) -> tuple[Drift, ...]:
    """Follow blocks, one list per frame; the contrast of frame k is `levels[k]`, its bone at `poses[k]`."""
    drifts: tuple[Drift, ...] = ()
    next_id = 1
    for index, blocks in enumerate(frames):
        parts = np.zeros(SHAPE, np.int32)
        pieces = []
        for part, block in enumerate(blocks, 1):
            parts[block] = part
            y, x = np.argwhere(block).mean(0)
            pieces.append(Spread(part, int(block.sum()), (float(x), float(y)), int(block.sum())))
        level = 0.3 if levels is None else levels[index]
        contrast = np.where(parts > 0, level, 0).astype(np.float32)
        frame = Frame(index, index * INTERVAL_S, np.zeros((2, 2), np.float32), np.ones((2, 2), np.bool_))
        pose = Pose() if poses is None else poses[index]
        drifts, next_id = follow_drifts(drifts, parts, tuple(pieces), contrast, frame, pose, next_id, CANVAS)
    return drifts


def told(drifts: tuple[Drift, ...]) -> list[int | None]:
    return [one.told_frame for one in drifts if one.told_frame is not None]


def test_a_piece_that_goes_its_way_is_told_on_the_third_sight() -> None:
    drifts = seen([[at(4 + 3 * k)] for k in range(5)])
    assert told(drifts) == [2]
    (one,) = drifts
    assert [frame for frame, _ in one.way] == [0, 1, 2, 3, 4]
    assert one.way[4][1][0] - one.way[0][1][0] == pytest.approx(12 * PER_MM, abs=1)


@pytest.mark.parametrize(
    ("frames", "why"),
    [
        ([[at(10)] for _ in range(8)], "stays"),
        ([[at(10 + 3 * (k % 2))] for k in range(8)], "goes to and fro"),
        ([[at(4, width_mm=2 + 3 * k)] for k in range(8)], "grows, and leaves cement behind it"),
        ([[at(4 + 0.2 * k)] for k in range(8)], "creeps"),
        ([[at(2)], [at(12)], [at(22)]], "faster than blood"),
        ([[at(4)], [at(7)]], "two sights are no way"),
    ],
)
def test_what_does_not_travel_is_not_told(frames: list[list[np.ndarray]], why: str) -> None:
    assert told(seen(frames)) == [], why


def test_what_lies_on_the_detector_does_not_travel_while_the_table_moves() -> None:
    frames = [[at(4 + 3 * k)] for k in range(5)]
    pan = [Pose(-3 * PER_MM * k, 0.0) for k in range(5)]
    assert told(seen(frames, poses=pan)) == []
    assert told(seen(frames, poses=[Pose(3 * PER_MM * k, 0.0) for k in range(5)])) == [2]


def test_what_fades_or_darkens_is_another_piece() -> None:
    assert told(seen([[at(4 + 3 * k)] for k in range(3)], [0.1, 0.25, 0.6])) == []


def test_it_may_be_out_of_sight_for_a_third_of_a_second() -> None:
    frames = [[at(4)], [at(7)], [], [at(13)], [at(16)]]
    assert told(seen(frames)) == [3]
    frames = [[at(4)], [at(5.5)], [], [], [], [at(11.5)]]
    assert told(seen(frames)) == []


def test_what_was_told_is_kept_after_it_is_gone() -> None:
    drifts = seen([[at(4 + 3 * k)] if k < 4 else [at(30, 20)] for k in range(12)])
    assert told(drifts) == [2]
    assert [len(one.way) for one in drifts if one.told_frame is not None] == [4]


def test_two_pieces_keep_their_own_ways() -> None:
    drifts = seen([[at(4 + 3 * k), at(22 - 3 * k, 20)] for k in range(4)])
    assert told(drifts) == [2, 2]
    for one in drifts:
        assert len({round(y) for _, (_, y) in one.way}) == 1


def test_specks_are_not_followed() -> None:
    speck = np.zeros(SHAPE, np.bool_)
    speck[10, 10] = True
    assert seen([[speck]]) == ()
