"""Keep the pictures of a run for the page, while the run is analysed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.report import ReportConfig
from leakwatch.nouns import FrameResult, Run, StoredFrame
from leakwatch.results.json_file import write_json
from leakwatch.review.contours import mask_paths, polygon_paths
from leakwatch.review.jpeg import encode, reduce_to
from leakwatch.review.window import DisplayWindow, choose_window

SCHEMA = "leakwatch.view/1"
PICTURES = "frames.jpgs"
DRAWINGS = "frames.jsonl"
VIEW = "view.json"


class FrameSpool:
    """A folder that grows by one JPEG picture and one line of contours per frame.

    ``frames.jpgs`` holds the pictures one after the other; a line of ``frames.jsonl`` says where one lies
    and what is drawn over it (paths as in `review.contours`); ``view.json`` how they are shown. Memory does
    not grow with the run: only the first few frames wait until the grey window is chosen.
    """

    def __init__(self, folder: Path, run: Run, config: ReportConfig) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._run, self._config = folder, run, config
        self._pictures = (folder / PICTURES).open("wb")
        self._drawings = (folder / DRAWINGS).open("w", encoding="utf-8")
        self._waiting: list[tuple[StoredFrame, str]] = []
        self._window: DisplayWindow | None = None
        self._frames = 0
        self._shown = (run.rows, run.columns)

    def add(
        self, stored: StoredFrame, result: FrameResult, outlines_xy_px: Sequence[NDArray[np.float64]]
    ) -> None:
        """Keep the next frame.

        Parameters
        ----------
        outlines_xy_px
            Outlines where the bone is on this frame, each (n, 2), x = column, y = row, pixel centres at
            integers, in the stored matrix.
        """
        drawing = json.dumps(
            {
                "outlines": polygon_paths(outlines_xy_px),
                "cement": mask_paths((result.labels == 1) | (result.labels == 3)),
                "leak": mask_paths(result.labels == 2),
            },
            separators=(",", ":"),
        )
        if self._window is None:
            self._waiting.append((stored, drawing))
            if len(self._waiting) >= self._config.window_frames:
                self._open_window()
        else:
            self._keep(stored, drawing, self._window)

    def close(self) -> None:
        """Finish the folder; a second call does nothing."""
        if self._pictures.closed:
            return
        if self._waiting:
            self._open_window()
        self._pictures.close()
        self._drawings.close()
        write_json(self._folder / VIEW, SCHEMA, self._view())

    def _open_window(self) -> None:
        pixels = [stored.pixels for stored, _ in self._waiting]
        self._window = choose_window(pixels, self._run.intensity, self._run.shutter)
        for stored, drawing in self._waiting:
            self._keep(stored, drawing, self._window)
        self._waiting.clear()

    def _keep(self, stored: StoredFrame, drawing: str, window: DisplayWindow) -> None:
        greys = window.greys(reduce_to(stored.pixels.astype(np.float32), self._config.max_side_px))
        picture = encode(greys, self._config.jpeg_quality)
        head = {
            "frame": stored.index,
            "time_s": stored.time_s,
            "offset": self._pictures.tell(),
            "bytes": len(picture),
        }
        self._pictures.write(picture)
        # The drawing is JSON already; it is put into the line as it is.
        self._drawings.write(f'{json.dumps(head)[:-1]}, "drawing": {drawing}}}\n')
        self._frames += 1
        self._shown = (greys.shape[0], greys.shape[1])

    def _view(self) -> dict[str, object]:
        spacing = self._run.geometry.imager_spacing_mm
        return {
            "frames": self._frames,
            "rows": self._run.rows,
            "columns": self._run.columns,
            "shown_rows": self._shown[0],
            "shown_columns": self._shown[1],
            "pixel_aspect": None if spacing is None else spacing[0] / spacing[1],
            "jpeg_quality": self._config.jpeg_quality,
            "black": None if self._window is None else self._window.black,
            "white": None if self._window is None else self._window.white,
            "max_megabytes": self._config.max_megabytes,
        }
