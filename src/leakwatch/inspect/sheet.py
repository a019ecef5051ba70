"""Draw a contact sheet: a run's frames as tiles, each with its number and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

TILE_PX = 256
_COLUMNS = 4
_MARGIN = 8
_STRIP = 22
_CAPTION_LINE = 24
_GROUND, _EMPTY = 24, 48
_INK, _FAINT = 235, 150
_FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of the sheet: (rows, columns) uint8 no larger than the tile, or None; and its label."""

    greys: NDArray[np.uint8] | None
    label: str


def draw_sheet(caption: Sequence[str], tiles: Sequence[Tile]) -> NDArray[np.uint8]:
    """Lay out tiles in rows of four under a caption; ASCII text only.

    Returns
    -------
    (rows, columns) uint8.
    """
    height = max((tile.greys.shape[0] for tile in tiles if tile.greys is not None), default=TILE_PX)
    across = min(len(tiles), _COLUMNS) or 1
    down = -(-len(tiles) // _COLUMNS)
    top = _MARGIN + _CAPTION_LINE * len(caption)
    step_x, step_y = TILE_PX + _MARGIN, height + _STRIP + _MARGIN
    width = max(across * step_x + _MARGIN, *(_text_width(line, 0.55) + 2 * _MARGIN for line in caption))
    sheet = np.full((top + down * step_y, width), _GROUND, np.uint8)
    for number, line in enumerate(caption):
        _write(sheet, line, _MARGIN, top - _CAPTION_LINE * (len(caption) - number - 1) - 10, 0.55, _INK)
    for number, tile in enumerate(tiles):
        x = _MARGIN + number % _COLUMNS * step_x
        y = top + number // _COLUMNS * step_y
        _place(sheet[y : y + height, x : x + TILE_PX], tile.greys)
        _write(sheet, tile.label, x + 2, y + height + 16, 0.45, _INK if tile.greys is not None else _FAINT)
    return sheet


def _place(field: NDArray[np.uint8], greys: NDArray[np.uint8] | None) -> None:
    if greys is None:
        field[:] = _EMPTY
        rows, columns = field.shape
        cv2.line(field, (0, 0), (columns - 1, rows - 1), _FAINT, 1, cv2.LINE_AA)
        cv2.line(field, (0, rows - 1), (columns - 1, 0), _FAINT, 1, cv2.LINE_AA)
        return
    rows, columns = greys.shape
    y, x = (field.shape[0] - rows) // 2, (field.shape[1] - columns) // 2
    field[y : y + rows, x : x + columns] = greys


def _write(sheet: NDArray[np.uint8], text: str, x: int, y: int, size: float, ink: int) -> None:
    cv2.putText(sheet, text, (x, y), _FONT, size, ink, 1, cv2.LINE_AA)


def _text_width(text: str, size: float) -> int:
    return int(cv2.getTextSize(text, _FONT, size, 1)[0][0])
