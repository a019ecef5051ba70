"""A gallery of what was found, good and bad: `python -m leakwatch.bench.bone.gallery --out docs/images`.

Four rows: the best, the middling and the worst of the outlines that are taken, and the best of those that are
not. Every row goes evenly through its part, so that nobody chose.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.bone.examine import Examined, examine
from leakwatch.bench.bone.gather import gather_to, load
from leakwatch.bench.bone.table import is_taken
from leakwatch.bench.collect import collect_files
from leakwatch.config.imaging import BoneConfig
from leakwatch.imaging.bone.network import load_bone_network
from leakwatch.imaging.bone.planes import lay_grid

_TILE_PX = 220
_ACROSS = 6
_TRUE, _FOUND = (120, 200, 90), (60, 90, 240)
_INK = (235, 235, 235)


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at the views of the score and write ``finding-bone.jpg``."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.bone.gallery", description=__doc__)
    parser.add_argument("--patients", type=int, default=40, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=3003, help="of patients that nobody has seen")
    parser.add_argument("--jobs", type=int, default=2, help="patients at a time")
    parser.add_argument("--views", type=Path, default=Path("out/bone-score"), help="folder for the views")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder for the picture")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    network = load_bone_network()
    files = collect_files(gather_to, options.patients, options.seed, options.jobs, options.views)
    examined = [examine(network, view) for file in files for view in load(file)]
    least = BoneConfig().least_confidence
    taken = sorted((one for one in examined if is_taken(one, least)), key=lambda one: -one.dice)
    left = sorted((one for one in examined if not is_taken(one, least)), key=lambda one: -one.dice)
    tenth = max(_ACROSS, len(taken) // 10)
    middle = taken[len(taken) // 2 - tenth // 2 :][:tenth]
    rows = [_row(part) for part in (taken[:tenth], middle, taken[-tenth:], left)]
    options.out.mkdir(parents=True, exist_ok=True)
    quality = (cv2.IMWRITE_JPEG_QUALITY, 82)
    cv2.imwrite(str(options.out / "finding-bone.jpg"), np.vstack(rows), quality)
    return 0


def _row(part: Sequence[Examined]) -> NDArray[np.uint8]:
    at = np.linspace(0, len(part) - 1, _ACROSS if part else 0).round()
    tiles = [_tile(part[int(n)]) for n in at]
    empty = np.zeros((_TILE_PX, _TILE_PX, 3), np.uint8)
    return np.hstack([*tiles, *[empty] * (_ACROSS - len(tiles))])


def _tile(one: Examined) -> NDArray[np.uint8]:
    view = one.view
    low, high = np.percentile(view.attenuation[view.valid], (1, 99))
    grey = 255 * np.clip((view.attenuation - low) / (high - low), 0, 1) * view.valid
    rows, columns = view.bone.shape
    size = (_TILE_PX, _TILE_PX)
    tile = cv2.cvtColor(cv2.resize(grey.astype(np.uint8), size), cv2.COLOR_GRAY2BGR)
    scale = np.array([_TILE_PX / columns, _TILE_PX / rows])
    lines, _ = cv2.findContours(view.bone.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for line in lines:
        _draw(tile, line[:, 0], scale, _TRUE)
    words = f"Dice {one.dice:.2f}"
    if one.found is not None:
        grid = lay_grid(rows, columns, (view.pixel_mm, view.pixel_mm))
        _draw(tile, grid.to_frame(one.found.polygon_xy), scale, _FOUND)
        words += f", stated {one.found.confidence:.2f}"
    cv2.putText(tile, words, (6, _TILE_PX - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.42, _INK, 1, cv2.LINE_AA)
    return np.asarray(tile, np.uint8)


def _draw(
    tile: NDArray[np.uint8] | cv2.typing.MatLike,
    points_px: NDArray[np.generic],
    scale: NDArray[np.float64],
    colour: tuple[int, int, int],
) -> None:
    points = np.round((np.asarray(points_px, np.float64) + 0.5) * scale - 0.5).astype(np.int32)
    cv2.polylines(tile, [points], True, colour, 1, cv2.LINE_AA)


if __name__ == "__main__":
    sys.exit(main())
