"""run.json: what was read of one run, what it was analysed with, and what it can show."""

from __future__ import annotations

from pathlib import Path

from leakwatch.geometry import matrix_px_from_lps
from leakwatch.nouns import AnalysedRun, Cover, FieldSummary, Outline, Run, TakenUp
from leakwatch.nouns.summary import SeenNeedle, Smallest
from leakwatch.results.amounts import volume
from leakwatch.results.json_file import write_json
from leakwatch.results.millimetres import diameter_mm, no_millimetres, sphere_ul

SCHEMA = "leakwatch.run/1"
_ALWAYS = "a projection shows no leak that goes straight towards the detector or away from it"


def write_run(path: Path, analysed: AnalysedRun, version: str) -> None:
    """Write the run's own account of itself."""
    run = analysed.run
    write_json(
        path,
        SCHEMA,
        {
            "version": version,
            "sop_instance_uid": run.sop_instance_uid,
            "study_instance_uid": run.study_instance_uid,
            "series_instance_uid": run.series_instance_uid,
            "modality": run.modality,
            "plane": run.plane.value,
            "start": None if run.start is None else run.start.isoformat(),
            "rows": run.rows,
            "columns": run.columns,
            "frames": run.frames,
            "frames_analysed": analysed.frames,
            "duration_s": float(run.times_s[-1]),
            "partners": run.partners,
            "intensity": _intensity(run),
            "geometry": _geometry(run),
            "tags": run.tags,
            "field": _field(analysed.field),
            "outline_source": analysed.outlines[0].source if analysed.outlines else None,
            "outlines": [_outline(outline) for outline in analysed.outlines],
            "needles": [_needle(needle, run) for needle in analysed.summary.needles],
            "taken_up": taken_up(analysed.summary.taken_up),
            "state": analysed.state.value,
            "first_alarm_frame": analysed.first_alarm_frame,
            "first_alarm_time_s": analysed.first_alarm_time_s,
            "undecided_frames": analysed.undecided_frames,
            "smallest_detectable": smallest_detectable(analysed),
            "blind": _blind(analysed),
            "volume": volume(analysed),
            "noise_sigma": analysed.summary.noise_sigma,
            "warnings": warnings(analysed),
            "error": analysed.error or None,
        },
    )


def warnings(analysed: AnalysedRun) -> list[str]:
    """Everything the run cannot support, each sentence once."""
    outline = "" if analysed.outlines else "no outline: inside and outside of the bone cannot be told apart"
    return [text for text in (*analysed.warnings, no_millimetres(analysed.run), outline) if text]


def smallest_detectable(analysed: AnalysedRun) -> dict[str, object]:
    """Smallest sphere of cement that one frame of this run shows (Rose, contrast-to-noise ratio 5)."""
    diameter_px = analysed.summary.smallest_diameter_px
    diameter = diameter_mm(diameter_px, analysed.run)
    reason = analysed.summary.smallest_reason
    if diameter_px is not None and diameter is None:
        reason = no_millimetres(analysed.run)
    return {
        "diameter_px": diameter_px,
        "diameter_mm": diameter,
        "volume_ul": sphere_ul(diameter),
        "reason": reason or None,
        "at_bone_edge": _smallest(analysed.summary.smallest_at_edge, analysed.run),
        "behind_bolus": _smallest(analysed.summary.smallest_behind_bolus, analysed.run),
    }


def _smallest(smallest: Smallest | None, run: Run) -> dict[str, object]:
    if smallest is None:
        smallest = Smallest(None, "nothing was analysed")
    diameter = diameter_mm(smallest.diameter_px, run)
    reason = no_millimetres(run) if smallest.diameter_px is not None and diameter is None else smallest.reason
    return {
        "diameter_px": smallest.diameter_px,
        "diameter_mm": diameter,
        "volume_ul": sphere_ul(diameter),
        "reason": reason or None,
    }


def _blind(analysed: AnalysedRun) -> dict[str, object]:
    """Share of the outline at which a leak would not be seen; for one direction there is no number."""
    blind = analysed.summary.blind
    if blind is None:
        return {"share": None, "reason": "nothing was analysed", "always": _ALWAYS}
    return {
        "leak_mm": blind.leak_mm,
        "share": blind.share,
        "covered": blind.covered,
        "metal": blind.metal,
        "noise": blind.noise,
        "throughout": blind.throughout,
        "first": blind.first,
        "last": blind.last,
        "frames": blind.frames,
        "reason": blind.reason or None,
        "always": _ALWAYS,
    }


def _intensity(run: Run) -> dict[str, object]:
    chain = run.intensity
    return {
        "calibration": chain.calibration.value,
        "relationship": chain.relationship.value,
        "sign": chain.sign,
        "inverted": chain.inverted,
        "bits_stored": chain.bits_stored,
        "signed": chain.signed,
        "modality_lut_entries": None if chain.to_intensity is None else len(chain.to_intensity[1]),
        "padding": chain.padding,
        "subtracted": chain.subtracted,
    }


def _geometry(run: Run) -> dict[str, object]:
    arm = run.geometry
    return {
        "primary_deg": arm.primary_deg,
        "secondary_deg": arm.secondary_deg,
        "sid_mm": arm.sid_mm,
        "sod_mm": arm.sod_mm,
        "imager_spacing_mm": arm.imager_spacing_mm,
        "pixel_mm": arm.pixel_mm,
        "matrix_px_from_lps": _matrix(run),
    }


def _matrix(run: Run) -> list[list[float]] | None:
    """(3, 4), patient millimetres to (x, y, 1) times the depth from the source; None if not stated."""
    try:
        matrix = matrix_px_from_lps(run.geometry, run.rows, run.columns)
    except ValueError:
        return None
    return [[float(value) for value in row] for row in matrix]


def _field(field: FieldSummary) -> dict[str, object]:
    return {
        "covered_first_frame": _cover(field.first),
        "covered_last_frame": _cover(field.last),
        "text_boxes": [
            {"x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1, "first_frame": box.first_frame}
            for box in field.text_boxes
        ],
    }


def _cover(cover: Cover | None) -> dict[str, float] | None:
    if cover is None:
        return None
    return {"tags": cover.tags, "picture": cover.picture, "text": cover.text, "all": cover.all}


def _needle(needle: SeenNeedle, run: Run) -> dict[str, object]:
    """Tip, direction and half the width of a needle, as it lay at first."""
    pixel = run.geometry.pixel_mm
    return {
        "tip_xy_px": list(needle.tip_xy_px),
        "towards_tip_xy": list(needle.towards_tip),
        "radius_px": needle.radius_px,
        "radius_mm": None if pixel is None else needle.radius_px * 0.5 * (pixel[0] + pixel[1]),
    }


def taken_up(told: TakenUp | None) -> dict[str, object] | None:
    """Say what became of going on from an earlier run of the same view; null where there is none."""
    if told is None:
        return None
    return {
        "before": told.sop_instance_uid,
        "pause_s": told.pause_s,
        "frame": told.frame,
        "moved_px": told.moved_px,
        "reason": told.reason or None,
    }


def _outline(outline: Outline) -> dict[str, object]:
    return {
        "frame": outline.frame,
        "site": outline.site.value,
        "label": outline.label,
        "source": outline.source,
        "confidence": outline.confidence,
        "error_mm": list(outline.error_mm) or None,
        "form": outline.form or None,
        "file": outline.file or None,
        "polygon_xy_px": outline.polygon_xy_px.tolist(),
        "regions": [
            {"name": region.name, "polygon_xy_px": region.polygon_xy_px.tolist()}
            for region in outline.regions
        ],
    }
