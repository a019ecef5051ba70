"""One contact sheet per run: about a dozen frames, spread evenly in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.errors import InputError
from leakwatch.inspect.inspection import Entry
from leakwatch.inspect.kinds import kind_of
from leakwatch.inspect.projection import projection_words
from leakwatch.inspect.sheet import TILE_PX, Tile, draw_sheet
from leakwatch.inspect.words import matrix_words, plane_words, time_words
from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import Run
from leakwatch.results.atomic import folder_name, new_file
from leakwatch.review.jpeg import encode
from leakwatch.review.window import DisplayWindow
from leakwatch.source.frames import open_frames

FRAMES = 12
_PERCENTILES = (0.5, 99.5)
_QUALITY = 88

_Small = tuple[NDArray[np.float32], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A contact sheet that was written, the frames on it, and a sentence per frame that is empty there."""

    sop_instance_uid: str
    path: Path
    frames: tuple[int, ...]
    failures: tuple[str, ...]


def spread_frames(times_s: NDArray[np.float64], count: int = FRAMES) -> tuple[int, ...]:
    """Choose the frames nearest to `count` moments spread evenly from first to last, each once."""
    moments = np.linspace(times_s[0], times_s[-1], count)
    after = np.clip(np.searchsorted(times_s, moments), 1, max(len(times_s) - 1, 1))
    if len(times_s) == 1:
        return (0,)
    nearer_before = moments - times_s[after - 1] < times_s[after] - moments
    return tuple(int(index) for index in np.unique(np.where(nearer_before, after - 1, after)))


def write_sheet(entry: Entry, folder: Path) -> Sheet:
    """Draw the contact sheet of one run and write it as ``<SOP Instance UID>.jpg``.

    Greys run linearly between two percentiles of the values shown, shutter and the ends of the stored
    range left out, and in the direction in which a viewer shows them (Photometric Interpretation). A
    frame that cannot be decoded is an empty tile. One frame is in memory at a time, beside the tiles.

    Raises
    ------
    OSError
        The picture cannot be written.
    """
    run = entry.run
    frames = spread_frames(run.times_s)
    small, failures = _decode(run, frames)
    window = _window([one for one in small if one is not None], run)
    tiles = [
        Tile(
            None if one is None else window.greys(one[0]),
            f"frame {index}, {run.times_s[index]:.2f} s" + ("" if one is not None else ": no picture"),
        )
        for index, one in zip(frames, small, strict=True)
    ]
    path = folder / f"{folder_name(run.sop_instance_uid)}.jpg"
    with new_file(path) as partial:
        partial.write_bytes(encode(draw_sheet(_caption(entry), tiles), _QUALITY))
    return Sheet(run.sop_instance_uid, path, frames, failures)


def _decode(run: Run, frames: Sequence[int]) -> tuple[list[_Small | None], tuple[str, ...]]:
    small: list[_Small | None] = []
    failures: list[str] = []
    with open_frames(run) as reader:
        for index in frames:
            try:
                small.append(_reduce(reader[index].pixels, run))
            except InputError as error:
                small.append(None)
                failures.append(str(error))
    return small, tuple(failures)


def _reduce(pixels: NDArray[np.integer], run: Run) -> _Small:
    """Shrink or grow a frame to a tile with square pixels; beside it, which of its pixels are open."""
    chain = run.intensity
    lowest = -(1 << (chain.bits_stored - 1)) if chain.signed else 0
    ends = (lowest, lowest + (1 << chain.bits_stored) - 1)
    is_open = (pixels != ends[0]) & (pixels != ends[1])
    if chain.padding is not None:
        is_open &= (pixels < chain.padding[0]) | (pixels > chain.padding[1])
    if run.shutter is not None:
        is_open &= ~run.shutter
    spacing = run.geometry.pixel_mm or run.geometry.imager_spacing_mm or (1.0, 1.0)
    height, width = run.rows * spacing[0], run.columns * spacing[1]
    scale = TILE_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    shrinks = size[0] < run.columns
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    picture = np.asarray(cv2.resize(pixels.astype(np.float32), size, interpolation=how), np.float32)
    share = np.asarray(cv2.resize(is_open.astype(np.float32), size, interpolation=how))
    return picture, share > 0.99


def _window(small: Sequence[_Small], run: Run) -> DisplayWindow:
    if not small:
        return DisplayWindow(0.0, 1.0)
    values = np.concatenate([picture[is_open] for picture, is_open in small])
    if not values.size:
        values = np.concatenate([picture.reshape(-1) for picture, _ in small])
    low, high = (float(value) for value in np.percentile(values, _PERCENTILES))
    high = max(high, low + 1.0)
    return DisplayWindow(high, low) if run.intensity.inverted else DisplayWindow(low, high)


def _caption(entry: Entry) -> tuple[str, ...]:
    run = entry.run
    arm = run.geometry
    view = projection_words(arm.primary_deg, arm.secondary_deg).replace("°", "")
    kind = f"{kind_of(run).value}{plane_words(run)}"
    return (
        f"Run {entry.number}: {kind}; {view}; {matrix_words(run)}; {time_words(entry)}",
        f"{run.sop_instance_uid}   {RESEARCH_USE.split('.')[0]}.",
    )
