"""Everything that reads files, one input through all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from leakwatch.bench.fuzz.verdict import Told
from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.errors import LeakwatchError
from leakwatch.imaging.attenuation import to_frame
from leakwatch.nouns import Run, StoredFrame
from leakwatch.outline.given import load_outlines
from leakwatch.outline.raster import mask_from_polygon
from leakwatch.source.frames import FrameReader, open_frames
from leakwatch.source.runs import read_runs

Reader = Callable[[tuple[Path, ...], Path], Told]
"""``reader(entries, folder)``: the paths a user names, and the folder they lie in."""

_MOST_FRAMES = 40
_MOST_PIXELS = 1 << 24
_MOST_RUNS = 8


def read_everything(entries: tuple[Path, ...], folder: Path) -> Told:
    """Find, read, decode and convert what the entries hold, outlines too."""
    told = Told(0)
    outlines = tuple(path for path in entries if path.suffix == ".json")
    for path in outlines:
        told = _more(told, _outlines(path))
    recordings = tuple(path for path in entries if path not in outlines)
    if not recordings:
        return told
    try:
        found = find_inputs(recordings)
        reading = read_runs(found, DicomConfig(), VideoConfig())
        find_inputs([folder])
    except LeakwatchError as error:
        return _more(told, Told(0, (str(error),)))
    told = _more(told, Told(0, tuple(other.why for other in reading.rest)))
    for run in reading.runs[:_MOST_RUNS]:
        told = _more(told, _read(run))
    return told


def _outlines(path: Path) -> Told:
    try:
        outlines = load_outlines(path)
    except LeakwatchError as error:
        return Told(0, (str(error),))
    faults = []
    for outline in outlines:
        if not np.isfinite(outline.polygon_xy_px).all():
            faults.append("an outline with a point that is no number")
        mask_from_polygon(outline.polygon_xy_px, (32, 32))
    return Told(1, (), (), tuple(faults))


def _read(run: Run) -> Told:
    """Read frames of one run: first, last, one between, then all in order, as far as the bounds go."""
    remarks = (*run.warnings, *run.tags.values(), run.sop_instance_uid, run.study_instance_uid)
    faults = []
    steps = np.diff(run.times_s)
    if not np.isfinite(run.times_s).all() or run.times_s[0] != 0 or (steps <= 0).any():
        faults.append("times that do not increase from 0")
    bound = max(1, min(run.frames, _MOST_FRAMES, _MOST_PIXELS // (run.rows * run.columns)))
    refusals: list[str] = []
    seen: dict[int, bytes] = {}
    try:
        with open_frames(run) as reader:
            if len(reader) != run.frames:
                faults.append("as many frames as the run does not have")
            order = (0, run.frames - 1, run.frames * 7 // 11, *range(bound))
            for place, index in enumerate(order):
                stored = _frame(reader, index, refusals)
                if stored is None:
                    continue
                faults += _faults(stored, run, index, with_attenuation=place < 6)
                pixels = stored.pixels.tobytes()
                if seen.setdefault(index, pixels) != pixels:
                    faults.append("a frame that differs when it is read again")
    except LeakwatchError as error:
        refusals.append(str(error))
    distinct = tuple(dict.fromkeys(refusals))
    return Told(int(not refusals), distinct, remarks, tuple(dict.fromkeys(faults)))


def _frame(reader: FrameReader, index: int, refusals: list[str]) -> StoredFrame | None:
    try:
        return reader[index]
    except LeakwatchError as error:
        refusals.append(str(error))
        return None


def _faults(stored: StoredFrame, run: Run, index: int, *, with_attenuation: bool) -> list[str]:
    faults = []
    if stored.pixels.shape != (run.rows, run.columns) or stored.index != index:
        faults.append("a frame of another size or number")
    if stored.time_s != run.times_s[index]:
        faults.append("a frame with another time than the run says")
    chain = run.intensity
    low = -(1 << chain.bits_stored - 1) if chain.signed else 0
    if stored.pixels.min() < low or stored.pixels.max() >= low + (1 << chain.bits_stored):
        faults.append("stored values outside their bits")
    elif with_attenuation and not faults:
        frame = to_frame(stored, run)
        if not np.isfinite(frame.attenuation).all():
            faults.append("attenuation that is not finite")
    return faults


def _more(first: Told, second: Told) -> Told:
    return Told(
        first.runs + second.runs,
        first.refusals + second.refusals,
        first.remarks + second.remarks,
        first.faults + second.faults,
    )
