"""events.json: the leaks of one run."""

from __future__ import annotations

from pathlib import Path

from leakwatch.nouns import AnalysedRun, LeakEvent
from leakwatch.results.amounts import interval, number, volume_reason
from leakwatch.results.json_file import write_json
from leakwatch.results.millimetres import area_mm2

SCHEMA = "leakwatch.events/1"


def write_events(path: Path, analysed: AnalysedRun) -> None:
    """Write the leaks in order of alarm; an empty list says that none was found."""
    write_json(
        path,
        SCHEMA,
        {
            "sop_instance_uid": analysed.run.sop_instance_uid,
            "leaks": [_leak(event, analysed) for event in analysed.summary.events],
        },
    )


def _leak(event: LeakEvent, analysed: AnalysedRun) -> dict[str, object]:
    run = analysed.run
    return {
        "id": event.id,
        "kind": event.kind,
        "onset_frame": event.onset_frame,
        "onset_time_s": event.onset_time_s,
        "alarm_frame": event.alarm_frame,
        "alarm_time_s": event.alarm_time_s,
        "centroid_xy_px": event.centroid_xy_px,
        "direction_deg": event.direction_deg,
        "frames": event.frames,
        "times_s": [float(run.times_s[frame]) for frame in event.frames],
        "area_px": event.area_px,
        "area_mm2": [area_mm2(area, run) for area in event.area_px],
        "centroids_xy_px": event.centroids_xy_px,
        "region": event.region,
        "compartment": event.compartment,
        "compartment_reason": event.compartment_reason,
        "yeom": event.yeom,
        "yeom_reason": event.yeom_reason,
        "confidence": event.confidence,
        "evidence": event.evidence,
        "threshold": event.threshold,
        "acknowledged_frame": event.acknowledged_frame,
        "acknowledged_time_s": event.acknowledged_time_s,
        "renewed_of": event.renewed_of,
        "continues": analysed.summary.goes_on_from if event.continues else None,
        "peak_volume_ul": number(event.peak_volume),
        "peak_volume_interval_ul": interval(event.peak_volume),
        "peak_fraction": number(event.peak_share),
        "peak_fraction_interval": interval(event.peak_share),
        "volume_reason": None if event.peak_volume else volume_reason(analysed),
    }
