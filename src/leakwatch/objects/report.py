"""What was found, as a TID 1500 Measurement Report (PS3.16) in a Comprehensive 3D SR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import AnalysedRun, LeakEvent
from leakwatch.objects.equipment import MANUFACTURER, MODEL
from leakwatch.objects.identity import Identity
from leakwatch.objects.retired_class import as_known, with_true_class
from leakwatch.objects.shared import EXTRAVASATION, SCHEME, contributing, dated
from leakwatch.objects.source import Source
from leakwatch.results.millimetres import area_mm2
from leakwatch.review.contours import mask_paths

KIND = "report"
_STATE = Code("state", SCHEME, "State of the run")
_COMPARTMENT = Code("compartment", SCHEME, "Where the cement went")
_YEOM = Code("yeom", SCHEME, "Yeom type")
_MOMENT = Code("moment", SCHEME, "Moment of the leak")
_SINCE_START = Code("time_from_start", SCHEME, "Time since the first frame of the run")
_AREA = Code("projected_area", SCHEME, "Projected area at the isocentre plane")
_VOLUME = Code("extraosseous_vol", SCHEME, "Largest volume outside the outline")
_CONFIDENCE = Code("confidence", SCHEME, "Evidence over evidence and threshold")
_COMMENT = Code("121106", "DCM", "Comment")
_Group = hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations | hd.sr.MeasurementsAndQualitativeEvaluations
_WHAT = "Cement outside the bone in a projection, first seen and largest."


def report(
    source: Source, identity: Identity, analysed: AnalysedRun, pages: Mapping[int, NDArray[np.uint8]]
) -> Dataset:
    """Make the report of a run: one group for the run, and one for each leak's alarm and largest extent.

    Parameters
    ----------
    pages
        Pages of the label picture by frame, at least those of `frames_of_interest`.
    """
    known = as_known(source)
    groups: list[_Group] = [_of_run(identity, analysed)]
    for event in analysed.summary.events:
        for name, frame in _moments(event).items():
            groups.append(_of_leak(known, identity, analysed, event, name, frame, pages[frame]))
    content = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_device_context=device(identity)),
        procedure_reported=codes.SCT.Fluoroscopy,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    content[0].ContentSequence.append(
        hd.sr.TextContentItem(
            name=_COMMENT,
            value=f"{_WHAT} {RESEARCH_USE}",
            relationship_type=hd.sr.RelationshipTypeValues.CONTAINS,
        )
    )
    dataset = hd.sr.Comprehensive3DSR(
        evidence=list(known.instances),
        content=content[0],
        series_instance_uid=identity.uid(f"{KIND} series"),
        series_number=9000,
        sop_instance_uid=identity.uid(KIND),
        instance_number=1,
        manufacturer=MANUFACTURER,
        is_complete=True,
        is_verified=False,
        contributing_equipment=[contributing(identity)],
    )
    dataset.SeriesDescription = "leakwatch report, research use only"
    return dated(with_true_class(dataset, source), source)


def frames_of_interest(events: tuple[LeakEvent, ...]) -> set[int]:
    """Give the frames whose label pictures `report` wants."""
    return {frame for event in events for frame in _moments(event).values()}


def device(identity: Identity) -> hd.sr.ObserverContext:
    """Name leakwatch as who observed."""
    return hd.sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
            uid=identity.uid("device"),
            name=f"leakwatch {identity.version}",
            manufacturer_name=MANUFACTURER,
            model_name=MODEL,
        ),
    )


def _moments(event: LeakEvent) -> dict[str, int]:
    largest = event.frames[int(np.argmax(event.area_px))]
    return {"alarm": event.alarm_frame} | ({"largest": largest} if largest != event.alarm_frame else {})


def _of_run(identity: Identity, analysed: AnalysedRun) -> _Group:
    measurements = []
    if analysed.first_alarm_time_s is not None:
        measurements.append(
            hd.sr.Measurement(_SINCE_START, round(analysed.first_alarm_time_s, 3), codes.UCUM.Second)
        )
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(identity.uid("tracking run"), "run"),
        finding_type=EXTRAVASATION,
        algorithm_id=_algorithm(identity),
        measurements=measurements or None,
        qualitative_evaluations=[hd.sr.QualitativeEvaluation(_STATE, _own(analysed.state.value))],
    )


def _of_leak(
    source: Source,
    identity: Identity,
    analysed: AnalysedRun,
    event: LeakEvent,
    name: str,
    frame: int,
    labels: NDArray[np.uint8],
) -> _Group:
    at = event.frames.index(frame) if frame in event.frames else None
    time_s = float(analysed.run.times_s[frame])
    measurements = [hd.sr.Measurement(_SINCE_START, round(time_s, 3), codes.UCUM.Second)]
    area = None if at is None else area_mm2(event.area_px[at], analysed.run)
    if area is not None:
        measurements.append(hd.sr.Measurement(_AREA, round(area, 2), codes.UCUM.SquareMillimeter))
    if event.peak_volume is not None and name == "largest":
        measurements.append(
            hd.sr.Measurement(_VOLUME, round(event.peak_volume.value, 1), codes.UCUM.CubicMillimeter)
        )
    measurements.append(hd.sr.Measurement(_CONFIDENCE, round(event.confidence, 3), codes.UCUM.NoUnits))
    evaluations = [hd.sr.QualitativeEvaluation(_MOMENT, _own(name))]
    if event.compartment:
        evaluations.append(hd.sr.QualitativeEvaluation(_COMPARTMENT, _own(event.compartment)))
    if event.yeom:
        evaluations.append(hd.sr.QualitativeEvaluation(_YEOM, _own(f"yeom {event.yeom}")))
    common: dict[str, Any] = {
        "tracking_identifier": hd.sr.TrackingIdentifier(
            identity.uid(f"tracking leak {event.id}"), f"leak {event.id}"
        ),
        "finding_type": EXTRAVASATION,
        "algorithm_id": _algorithm(identity),
        "measurements": measurements,
        "qualitative_evaluations": evaluations,
    }
    place = source.frames[frame]
    numbers = None if place.number is None else [place.number]
    region = _region(event, at, labels)
    if region is None:
        image = hd.sr.SourceImageForMeasurementGroup(place.sop_class_uid, place.sop_instance_uid, numbers)
        return hd.sr.MeasurementsAndQualitativeEvaluations(source_images=[image], **common)
    drawn_on = hd.sr.SourceImageForRegion(place.sop_class_uid, place.sop_instance_uid, numbers)
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        referenced_region=hd.sr.ImageRegion("POLYLINE", region, drawn_on), **common
    )


def _region(event: LeakEvent, at: int | None, labels: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Give the closed line around the piece that is the event, from the picture's outer edge.

    The label picture does not say which piece is which leak: the one that is most like the event in size and
    place is taken.
    """
    paths = [np.array(path).reshape(-1, 2) for path in mask_paths(labels == 2)]
    if not paths or at is None:
        return None
    centre, size = np.array(event.centroids_xy_px[at]) + 0.5, float(event.area_px[at])

    def unlike(path: NDArray[np.float64]) -> float:
        area = max(_area(path), 0.5)
        away = float(np.hypot(*(path.mean(axis=0) - centre)))
        return float(abs(np.log(area / size))) + away / float(np.sqrt(size))

    nearest = min(paths, key=unlike)
    return np.vstack([nearest, nearest[:1]])


def _area(path: NDArray[np.float64]) -> float:
    """Area that a closed path, (n, 2), encloses (shoelace formula)."""
    x, y = path.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2


def _algorithm(identity: Identity) -> hd.sr.AlgorithmIdentification:
    return hd.sr.AlgorithmIdentification(name="leakwatch", version=identity.version)


def _own(text: str) -> Code:
    return Code(text.replace(" ", "_")[:16], SCHEME, text.replace("_", " ")[:64])
