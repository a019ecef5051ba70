"""cases.json: one entry per study, its views together, for review and audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from leakwatch.nouns import Amount, AnalysedRun, Calibration
from leakwatch.results.amounts import NOTHING, interval, number, volume, volume_reason
from leakwatch.results.fused import fused_verdict
from leakwatch.results.json_file import write_json
from leakwatch.results.pair import pair_fitted
from leakwatch.results.run_json import smallest_detectable, taken_up
from leakwatch.results.scene import laid_out
from leakwatch.views.alternate import Swing
from leakwatch.views.case import Case, MergedLeak, Sighting
from leakwatch.views.compartment import compartment_of, yeom_type_of
from leakwatch.views.from_bone import FromBone, from_bone

SCHEMA = "leakwatch.cases/1"


def write_cases(
    path: Path, cases: Sequence[Case], version: str, operating_point: Mapping[str, object]
) -> None:
    """Write all studies; `operating_point` is the alarm's settings as they were in force."""
    write_json(
        path,
        SCHEMA,
        {
            "version": version,
            "operating_point": dict(operating_point),
            "cases": [_case(case) for case in cases],
        },
    )


def _case(case: Case) -> dict[str, object]:
    return {
        "study_instance_uid": case.study_instance_uid,
        "runs": [one.run.sop_instance_uid for one in case.analysed],
        "pairs": [pair_fitted(pair, fit) for pair, fit in zip(case.pairs, case.fits, strict=True)],
        "swings": [_swing(swing) for swing in case.swings],
        "returns": [
            {"after": one.run.sop_instance_uid} | told
            for one in case.analysed
            if (told := taken_up(one.summary.taken_up)) is not None
        ],
        "leaks": [_leak(leak, case) for leak in case.leaks],
        "fused": [fused_verdict(fused) for fused in case.fused],
        "scenes": [
            laid_out(pair, scene, cement)
            for pair, scene, cement in zip(case.pairs, case.scenes, case.volumes, strict=True)
        ],
        "audit": {
            "leak": any(one.first_alarm_frame is not None for one in case.analysed),
            "fluoroscopy_s": _screened_s(case),
            "views": [_view(one) for one in case.analysed],
        },
    }


def fluoroscopy_s(analysed: AnalysedRun) -> float:
    """From the first to the last analysed frame, seconds of DICOM time."""
    return float(analysed.run.times_s[max(analysed.frames, 1) - 1])


def _screened_s(case: Case) -> float:
    """Seconds of screening in a study: planes that ran together count once."""
    together = {pair.b.sop_instance_uid: pair for pair in case.pairs}
    alone = [one for one in case.analysed if one.run.sop_instance_uid not in together]
    lengths = {one.run.sop_instance_uid: fluoroscopy_s(one) for one in case.analysed}
    total = sum(lengths[one.run.sop_instance_uid] for one in alone)
    for uid, pair in together.items():
        if uid in lengths:
            longer = lengths[uid] + abs(pair.start_gap_s or 0.0) - lengths.get(pair.a.sop_instance_uid, 0.0)
            total += max(0.0, longer)
    return total


def _swing(swing: Swing) -> dict[str, object]:
    return {
        "before": swing.before.sop_instance_uid,
        "after": swing.after.sop_instance_uid,
        "gap_s": swing.gap_s,
        "turn_deg": swing.turn_deg,
    }


def _leak(leak: MergedLeak, case: Case) -> dict[str, object]:
    told = _volume(leak)
    return {
        "id": leak.id,
        "continues": leak.continues,
        "seen_in": [_sighting(sighting) for sighting in leak.sightings],
        "position_mm_lps": leak.position_mm_lps,
        "position_reason": leak.position_reason or None,
        "location_error_mm": leak.location_error_mm,
        "ray_gap_mm": leak.ray_gap_mm,
        **_from_bone(leak, case),
        **_second_look(leak),
        **_where_to(leak),
        "volume_ul": number(told),
        "volume_interval_ul": interval(told),
        "volume_reason": None if told else _volume_reason(leak, case),
    }


def _from_bone(leak: MergedLeak, case: Case) -> dict[str, object]:
    found: FromBone | str = leak.position_reason
    seen_in = {sighting.run.sop_instance_uid for sighting in leak.sightings}
    by_uid = {one.run.sop_instance_uid: one for one in case.analysed}
    for pair, scene in zip(case.pairs, case.scenes, strict=True):
        uids = pair.a.sop_instance_uid, pair.b.sop_instance_uid
        if seen_in == set(uids):
            found = from_bone(leak, scene, (by_uid[uids[0]], by_uid[uids[1]]))
    if isinstance(found, str):
        return {"from_bone": None, "from_bone_reason": found or None}
    told = {"mm_lps": found.mm_lps, "error_mm": found.error_mm, "words": found.words}
    return {"from_bone": told, "from_bone_reason": None}


def _second_look(leak: MergedLeak) -> dict[str, object]:
    look = leak.second_look
    if look is None:
        return {"verdict": None, "verdict_reason": leak.position_reason or None, "epipolar_xy_px": None}
    return {
        "verdict": look.verdict.value,
        "verdict_reason": look.reason or None,
        "epipolar_xy_px": look.line_xy_px,
    }


def _where_to(leak: MergedLeak) -> dict[str, object]:
    compartment, yeom = compartment_of(leak), yeom_type_of(leak)
    return {
        "compartment": compartment.name,
        "compartment_reason": compartment.reason or None,
        "yeom": yeom.name,
        "yeom_reason": yeom.reason or None,
    }


def _volume(leak: MergedLeak) -> Amount | None:
    """Give what two views say together, else what the one that saw it says by product and beam."""
    if isinstance(leak.volume, Amount):
        return leak.volume
    # two views see the same cement: what they would say together is not the sum of what each does
    return leak.sightings[0].event.peak_volume if len(leak.sightings) == 1 else None


def _volume_reason(leak: MergedLeak, case: Case) -> str:
    if leak.volume:
        return str(leak.volume)
    if any(sighting.run.intensity.calibration is not Calibration.CALIBRATED for sighting in leak.sightings):
        return (
            "the intensity of the run is not calibrated, so attenuation does not give a thickness of cement"
        )
    uid = leak.sightings[0].run.sop_instance_uid
    return next((volume_reason(one) for one in case.analysed if one.run.sop_instance_uid == uid), NOTHING)


def _sighting(sighting: Sighting) -> dict[str, object]:
    return {
        "sop_instance_uid": sighting.run.sop_instance_uid,
        "leak": sighting.event.id,
        "onset_time_s": sighting.event.onset_time_s,
        "alarm_time_s": sighting.event.alarm_time_s,
        "compartment": sighting.event.compartment,
        "yeom": sighting.event.yeom,
    }


def _view(analysed: AnalysedRun) -> dict[str, object]:
    return {
        "sop_instance_uid": analysed.run.sop_instance_uid,
        "plane": analysed.run.plane.value,
        "start": None if analysed.run.start is None else analysed.run.start.isoformat(),
        "fluoroscopy_s": fluoroscopy_s(analysed),
        "frames": analysed.frames,
        "undecided_frames": analysed.undecided_frames,
        "state": analysed.state.value,
        "first_alarm_frame": analysed.first_alarm_frame,
        "first_alarm_time_s": analysed.first_alarm_time_s,
        "smallest_detectable": smallest_detectable(analysed),
        "volume": volume(analysed),
        "error": analysed.error or None,
    }
