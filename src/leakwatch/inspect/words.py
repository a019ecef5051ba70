"""One run in short phrases, the same in blocks, in the table and on contact sheets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.inspect.inspection import Entry
from leakwatch.inspect.kinds import kind_of, stored_as
from leakwatch.inspect.pace import Pace
from leakwatch.inspect.projection import projection_words
from leakwatch.nouns import Calibration, Plane, Run

_ALLOWS = {
    Calibration.CALIBRATED: "calibrated",
    Calibration.MONOTONE: "monotone: no volume",
    Calibration.DISPLAY: "display: no thickness, no volume",
}
_TOGETHER_S = 0.0005
_TURNS_DEG = 1.0
_MOVES_MM = 1.0


def plural(count: int, one: str, many: str = "") -> str:
    """Count things: ``1 run``, ``9,412 files``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def kind_words(run: Run) -> str:
    """Say what a run is: ``XA, plane A``; ``RF, series of 40 files``."""
    series = f", series of {len(run.paths):,} files" if len(run.paths) > 1 else ""
    return f"{kind_of(run).value}{plane_words(run)}{series}"


def plane_words(run: Run) -> str:
    """Name the plane after a comma; empty for a single-plane run."""
    return "" if run.plane is Plane.SINGLE else f", plane {run.plane.value}"


def matrix_words(run: Run) -> str:
    """Say the matrix as width by height: ``512 x 512, 12 bits``."""
    return f"{run.columns} x {run.rows}, {bits_words(run)}"


def bits_words(run: Run) -> str:
    """Say what a stored value is."""
    chain = run.intensity
    inverted = ", MONOCHROME1" if chain.inverted else ""
    return f"{chain.bits_stored} bits{' signed' if chain.signed else ''}{inverted}"


def picture_words(run: Run) -> str:
    """Say how the pictures are stored and what the stated shutter covers."""
    return f"{matrix_words(run)}, {storage_words(run)}"


def storage_words(run: Run) -> str:
    """Say how the pictures are stored, without their size."""
    shutter = "" if run.shutter is None else f", shutter covers {100 * np.mean(run.shutter):.0f} %"
    return f"{stored_as(run)}{shutter}"


def time_words(entry: Entry) -> str:
    """Say how long a run is and how fast."""
    frames, pace = plural(entry.run.frames, "frame"), entry.pace
    return f"{frames} in {duration_words(pace.duration_s)}, {rate_words(pace)}"


def duration_words(seconds: float) -> str:
    """Write ``7.3 s``, ``2 min 05 s``."""
    if seconds < 60.0:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def rate_words(pace: Pace) -> str:
    """Write ``7.5 frames/s``, or ``uneven, 3.2-15 frames/s, 2 pauses, the longest 12 s``."""
    if pace.frames_per_s is None or pace.slowest_per_s is None or pace.fastest_per_s is None:
        return "no rate"
    rate = f"{pace.frames_per_s:.3g} frames/s"
    if not pace.even:
        rate = f"uneven, {pace.slowest_per_s:.3g}-{pace.fastest_per_s:.3g} frames/s"
    if pace.longest_pause_s is None:
        return rate
    longest = duration_words(pace.longest_pause_s)
    if pace.pauses == 1:
        return f"{rate}, a pause of {longest}"
    return f"{rate}, {pace.pauses} pauses, the longest {longest}"


def view_words(run: Run) -> str:
    """Say where the arm stood, and whether arm or table moved."""
    arm, stated = run.geometry, run.per_frame
    moves = ""
    if stated is not None:
        turn = max(_span(stated.primary_deg), _span(stated.secondary_deg))
        moves += f", the arm turns by {turn:.0f}°" if turn >= _TURNS_DEG else ""
        slide = max(_span(column) for column in stated.table_mm.T) if stated.table_mm is not None else 0.0
        moves += f", the table moves by {slide:.0f} mm" if slide >= _MOVES_MM else ""
    return projection_words(arm.primary_deg, arm.secondary_deg) + moves


def partner_words(entry: Entry) -> str:
    """Say which run is the other plane; empty for a single-plane run."""
    run, partner = entry.run, entry.partner
    if partner is None:
        missing = run.plane is not Plane.SINGLE or run.partners
        return "other plane not found" if missing else ""
    gap_s = partner.start_gap_s
    if gap_s is None:
        when = "start not stated"
    elif abs(gap_s) < _TOGETHER_S:
        when = "same start"
    else:
        when = f"starting {abs(gap_s):.2f} s {'later' if gap_s > 0 else 'earlier'}"
    return f"other plane is run {partner.number}, {when}"


def partner_short(entry: Entry) -> str:
    """Say the same in a table's cell: ``run 2``, ``run 2 at +0.15 s``, ``not found``; empty without one."""
    if entry.partner is None:
        return partner_words(entry).removeprefix("other plane ")
    gap_s = entry.partner.start_gap_s
    when = "" if gap_s is None or abs(gap_s) < _TOGETHER_S else f" at {gap_s:+.2f} s"
    return f"run {entry.partner.number}{when}"


def size_words(run: Run) -> str:
    """Say how large a pixel is at the isocentre, in mm: height x width where they differ."""
    size = run.geometry.pixel_mm
    if size is None:
        return "not known"
    rows_mm, columns_mm = size
    if abs(rows_mm - columns_mm) <= 0.005 * rows_mm:
        return f"{rows_mm:.3f}"
    return f"{rows_mm:.3f} x {columns_mm:.3f}"


def pixel_words(run: Run) -> str:
    """Say the same as a phrase."""
    size = size_words(run)
    return f"size {size}" if run.geometry.pixel_mm is None else f"{size} mm at the isocentre"


def intensity_words(run: Run) -> str:
    """Say what the grey values are and what they do not allow."""
    if run.intensity.subtracted:
        return "already subtracted: nothing will be decided"
    return _ALLOWS[run.intensity.calibration]


def numbers_words(numbers: tuple[int, ...], total: int) -> str:
    """Name runs by number: ``all 4 runs``, ``run 3``, ``runs 1-3, 7``."""
    if len(numbers) == total:
        return f"all {total} runs" if total > 2 else "both runs" if total == 2 else "run 1"
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    if len(spans) > 4:
        return f"{len(numbers)} of {total} runs"
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
    return f"run {told}" if len(numbers) == 1 else f"runs {told}"


def _span(values: NDArray[np.float64] | None) -> float:
    if values is None or not np.isfinite(values).any():
        return 0.0
    return float(np.nanmax(values) - np.nanmin(values))
