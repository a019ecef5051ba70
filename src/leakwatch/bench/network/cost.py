"""What the network costs: `python -m leakwatch.bench.network.cost`; both ways in one run, one thread."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Literal

import cv2
import numpy as np

from leakwatch.config import Config
from leakwatch.config.imaging import CementConfig, ImagingConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.nouns import Run
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.testing import tiny_case
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

_SIZES_PX = (256, 512)
_SETTLED = 8  # frames before the first that is judged, and some more


def main() -> int:
    """Print milliseconds of processor time per judged frame, without the network and with it."""
    cv2.setNumThreads(1)
    for size_px in _SIZES_PX:
        with TemporaryDirectory(prefix="leakwatch-cost-") as name:
            written = tiny_case(Path(name) / "case", size_px=size_px)
            config = Config()
            (run,) = read_runs(find_inputs([written.folder / "dicom"]), config.dicom, config.video).runs
            plain, learned = (_median_ms(run, written.outline, network) for network in ("off", "draws"))
        print(
            f"{size_px} x {size_px}: {plain:.0f} ms without, {learned:.0f} with: {learned / plain:.1f} times"
        )
    return 0


def _median_ms(run: Run, outline: Path, network: Literal["off", "draws"]) -> float:
    config = ImagingConfig(cement=CementConfig(network=network))
    state = core.start(run, load_outlines(outline), config)
    table, spent = attenuation_table(run.intensity), []
    with open_frames(run) as frames:
        for stored in frames:
            frame = to_frame(stored, run, table)
            begin = process_time()
            state, _ = core.step(state, frame)
            spent.append((process_time() - begin) * 1000)
    return float(np.median(spent[_SETTLED:]))


if __name__ == "__main__":
    sys.exit(main())
