from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from leakwatch.imaging.field import state as field
from leakwatch.nouns import StoredFrame, TextBox

from ...moving import film
from .machine import Played, Print, Scene, play, rectangle, run_of, shoot, stamp, with_chain
from .test_blades import CHAINS, name

NEAR_PX = 25  # a line's box reaches so far beyond its ink: half a character and a margin on each side


def printed(light: bool) -> list[Print]:
    """Patient, ticking clock, technique and window, as machines print them, clear of the needle."""
    return [
        Print("DOE 1944", 6, 18, light),
        Print("12:04:%S", 105, 18, light),
        Print("75 kV 3.1 mA", 60, 140, light),
        Print("W 400", 6, 184, light),
    ]


def recall(played: Played, inked: NDArray[np.bool_], index: int) -> float:
    return float(np.mean(~played.after[index].valid[inked]))


def false_share(played: Played, inked: Sequence[NDArray[np.bool_]]) -> float:
    any_ink = np.any(inked, axis=0).astype(np.uint8)
    near = cv2.dilate(any_ink, np.ones((NEAR_PX, NEAR_PX), np.uint8)) > 0
    return float(np.mean(played.lost(-1) & ~near))


def stamped(
    scene: Scene, frames: int, light: bool, scale: float, antialiased: bool = True
) -> tuple[list[StoredFrame], list[NDArray[np.bool_]]]:
    run = run_of(scene, frames)
    pairs = [
        stamp(frame, run, printed(light), scale, antialiased)
        for frame in shoot(scene, lambda _: None, frames)
    ]
    return [frame for frame, _ in pairs], [ink for _, ink in pairs]


@pytest.mark.parametrize("light", [True, False], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [0.4, 0.5])
@pytest.mark.parametrize("chain", CHAINS, ids=name)
def test_text_is_found_from_the_first_frame_on(
    spine: Scene, chain: dict[str, object], scale: float, light: bool
) -> None:
    scene = with_chain(spine, **chain)
    stored, inked = stamped(scene, 10, light, scale)
    played = play(run_of(scene, 10), stored)
    assert recall(played, inked[0], 0) >= 0.95
    assert recall(played, inked[9], 9) >= 0.95
    assert false_share(played, inked) <= 0.002


@pytest.mark.parametrize("light", [True, False], ids=["light", "dark"])
@pytest.mark.parametrize("crf", ["23", "30"])
def test_text_is_found_in_compressed_video(spine: Scene, light: bool, crf: str) -> None:
    """H.264 rings round the strokes and leaves no two pixels of them equal."""
    scene = with_chain(spine, relationship="DISP", bits_stored=8)
    run = run_of(scene, 8)
    frames, inked = [], []
    for frame in shoot(scene, lambda _: None, 8):
        bright = replace(frame, pixels=(frame.pixels * 2.0).clip(0, 225).astype(np.uint8))
        with_text, ink = stamp(bright, run, printed(light), 0.5)
        frames.append(with_text.pixels)
        inked.append(ink)
    decoded = decode(film(np.stack(frames), "mp4", "libx264", "yuv420p", crf=crf))
    stored = [StoredFrame(k, k / 7.5, pixels) for k, pixels in enumerate(decoded)]
    played = play(run, stored)
    assert recall(played, inked[0], 0) >= 0.95
    assert recall(played, inked[7], 7) >= 0.95
    assert false_share(played, inked) <= 0.002


def decode(data: bytes) -> list[NDArray[np.uint8]]:
    import io

    import av

    with av.open(io.BytesIO(data)) as video:
        return [frame.to_ndarray(format="gray") for frame in video.decode(video=0)]


def test_light_text_on_lead_is_listed(spine: Scene) -> None:
    lead = rectangle(spine.shape, top=40)
    run = run_of(spine, 2)
    stored = [
        stamp(frame, run, [Print("DOE 1944", 6, 18, light=True)])[0]
        for frame in shoot(spine, lambda _: lead, 2)
    ]
    boxes = field.finish(play(run, stored).state).text_boxes
    assert any(box.y1 < 30 and box.first_frame == 0 for box in boxes)


def test_boxes_are_told_without_what_they_say(spine: Scene) -> None:
    stored, _ = stamped(spine, 2, True, 0.5)
    summary = field.finish(play(run_of(spine, 2), stored).state)
    assert len(summary.text_boxes) >= 4
    assert all(isinstance(box, TextBox) and box.first_frame == 0 for box in summary.text_boxes)
    assert "DOE" not in " ".join(summary.warnings)
    assert any("may name the patient" in text for text in summary.warnings)


def test_text_that_is_said_to_be_there_but_not_found_is_told(spine: Scene) -> None:
    run = run_of(spine, 2, tags={"BurnedInAnnotation": "YES"})
    warnings = field.finish(play(run, shoot(spine, lambda _: None, 2)).state).warnings
    assert any("(0028,0301)" in text for text in warnings)


def test_a_grey_scale_and_a_ruler_are_found_once_they_have_stood_still(spine: Scene) -> None:
    stored, graphic = [], np.zeros(spine.shape, np.bool_)
    graphic[60:132, 178:186] = True
    graphic[20:21, 60:130] = graphic[16:25, 60:130:10] = True
    for frame in shoot(spine, lambda _: None, 10):
        for row in range(60, 132):
            frame.pixels[row, 178:186] = 600 + 4 * (row - 60)
        frame.pixels[20:21, 60:130] = frame.pixels[16:25, 60:130:10] = 1000
        stored.append(frame)
    played = play(run_of(spine, 10), stored)
    assert recall(played, graphic, 9) >= 0.95
    near = cv2.dilate(graphic.astype(np.uint8), np.ones((NEAR_PX, NEAR_PX), np.uint8)) > 0
    assert np.mean(played.lost(9) & ~near) <= 0.002


def test_boxes_only_ever_grow(spine: Scene) -> None:
    stored, _ = stamped(spine, 20, False, 0.4)
    played = play(run_of(spine, 20), stored)
    left_out = [~frame.valid for frame in played.after]
    assert all(np.all(left_out[index + 1][played.lost(index)]) for index in range(19))
