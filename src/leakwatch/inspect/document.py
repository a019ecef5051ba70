"""What `inspect --json` prints: `leakwatch.inspect/1`, described in docs/reading.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leakwatch.inspect.inspection import Entry, Inspection
from leakwatch.inspect.kinds import kind_of, stored_as, syntax_uid
from leakwatch.inspect.places import printable
from leakwatch.inspect.projection import projection_words
from leakwatch.inspect.reasons import without_path
from leakwatch.inspect.thumbnails import Sheet
from leakwatch.nouns import Run
from leakwatch.source.runs import NotRun

SCHEMA = "leakwatch.inspect/1"


def document(inspection: Inspection, sheets: Sequence[Sheet] | None, *, all_files: bool) -> dict[str, Any]:
    """Give the content of the one object, without schema and exit code.

    Parameters
    ----------
    sheets
        The contact sheets made, None if none were asked for.
    all_files
        List every file that was passed over or ignored, and not their number alone.
    """
    entries = inspection.entries
    by_uid = {sheet.sop_instance_uid: sheet for sheet in sheets or ()}
    uid_of = {entry.number: entry.run.sop_instance_uid for entry in entries}
    return {
        "paths": [str(path) for path in inspection.paths],
        "counts": _counts(inspection),
        "runs": [_run(entry, uid_of, by_uid.get(entry.run.sop_instance_uid)) for entry in entries],
        "costs": [
            {
                "sentence": cost.sentence,
                "alike": cost.alike,
                "runs": [uid_of[number] for number in cost.numbers],
            }
            for cost in inspection.costs
        ],
        "passed_over": [
            {
                "reason": group.reason,
                "count": len(group.files),
                "files": [_file(file) for file in group.files] if all_files else None,
            }
            for group in inspection.passed_over
        ],
        "duplicates": [
            {**_file(file), "sop_instance_uid": file.sop_instance_uid} for file in inspection.duplicates
        ],
        "failures": [_file(file) for file in inspection.failures],
        "ignored": [str(path) for path in inspection.ignored] if all_files else None,
        "next": inspection.next_step or None,
    }


def _counts(inspection: Inspection) -> dict[str, int]:
    entries = inspection.entries
    return {
        "studies": len(inspection.studies),
        "runs": len(entries),
        "frames": sum(entry.run.frames for entry in entries),
        "passed_over": sum(len(group.files) for group in inspection.passed_over),
        "duplicates": len(inspection.duplicates),
        "failed": len(inspection.failures),
        "ignored": len(inspection.ignored),
    }


def _run(entry: Entry, uid_of: dict[int, str], sheet: Sheet | None) -> dict[str, Any]:
    run, partner = entry.run, entry.partner
    shutter = None if run.shutter is None else float(np.mean(run.shutter))
    return {
        "number": entry.number,
        "sop_instance_uid": run.sop_instance_uid,
        "study_instance_uid": run.study_instance_uid,
        "series_instance_uid": run.series_instance_uid,
        "paths": [str(path) for path in run.paths],
        "medium": run.medium.value,
        "kind": kind_of(run).value,
        "plane": run.plane.value,
        "rows": run.rows,
        "columns": run.columns,
        "frames": run.frames,
        "times": {**asdict(entry.pace), "since_study_start_s": entry.since_study_start_s},
        "transfer_syntax_uid": syntax_uid(run),
        "stored_as": stored_as(run),
        "intensity": _intensity(run),
        "geometry": _geometry(run),
        "per_frame": _per_frame(run),
        "shutter_share": shutter,
        "partner": {
            "stated": list(run.partners),
            "found": None if partner is None else uid_of[partner.number],
            "by": None if partner is None else partner.by,
            "start_gap_s": None if partner is None else partner.start_gap_s,
        },
        "warnings": list(run.warnings),
        "thumbnails": None
        if sheet is None
        else {"path": str(sheet.path), "frames": list(sheet.frames), "failures": list(sheet.failures)},
    }


def _intensity(run: Run) -> dict[str, Any]:
    chain = run.intensity
    return {
        "calibration": chain.calibration.value,
        "relationship": chain.relationship.value,
        "sign": chain.sign,
        "inverted": chain.inverted,
        "bits_stored": chain.bits_stored,
        "signed": chain.signed,
        "subtracted": chain.subtracted,
        "padding": chain.padding,
        "modality_lut_entries": None if chain.to_intensity is None else len(chain.to_intensity[1]),
    }


def _geometry(run: Run) -> dict[str, Any]:
    arm = run.geometry
    return {
        "view": projection_words(arm.primary_deg, arm.secondary_deg),
        "primary_deg": arm.primary_deg,
        "secondary_deg": arm.secondary_deg,
        "sid_mm": arm.sid_mm,
        "sod_mm": arm.sod_mm,
        "imager_spacing_mm": arm.imager_spacing_mm,
        "pixel_mm": arm.pixel_mm,
    }


def _per_frame(run: Run) -> dict[str, Any] | None:
    stated = run.per_frame
    if stated is None:
        return None
    table = stated.table_mm
    columns = {
        "primary_deg": stated.primary_deg,
        "secondary_deg": stated.secondary_deg,
        **{
            f"table_{axis}_mm": None if table is None else table[:, index]
            for index, axis in enumerate(("vertical", "longitudinal", "lateral"))
        },
        "kvp": stated.kvp,
        "tube_current_ma": stated.tube_current_ma,
        "exposure_ms": stated.exposure_ms,
    }
    return {name: _range(values) for name, values in columns.items()}


def _range(values: NDArray[np.float64] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    return {"frames": len(known), "lowest": float(known.min()), "highest": float(known.max())}


def _file(file: NotRun) -> dict[str, Any]:
    return {"path": str(file.path), "sentence": printable(without_path(file))}
