"""The JSON form against its schema, written down a second time in the words of pydantic."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from leakwatch.config import Config
from leakwatch.inspect.document import document
from leakwatch.inspect.inspection import Inspection, Study
from leakwatch.inspect.look import look
from leakwatch.nouns import PerFrame

from .mixed import LONE, PLANTED, A, B, write_mixed


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Counts(Strict):
    studies: int
    runs: int
    frames: int
    passed_over: int
    duplicates: int
    failed: int
    ignored: int


class Times(Strict):
    duration_s: float
    frames_per_s: float | None
    slowest_per_s: float | None
    fastest_per_s: float | None
    even: bool
    pauses: int
    longest_pause_s: float | None
    since_study_start_s: float | None


class Intensity(Strict):
    calibration: Literal["calibrated", "monotone", "display"]
    relationship: Literal["LIN", "LOG", "DISP", "OTHER"]
    sign: Literal[-1, 1]
    inverted: bool
    bits_stored: int
    signed: bool
    subtracted: bool
    padding: list[int] | None
    modality_lut_entries: int | None


class Geometry(Strict):
    view: str
    primary_deg: float | None
    secondary_deg: float | None
    sid_mm: float | None
    sod_mm: float | None
    imager_spacing_mm: list[float] | None
    pixel_mm: list[float] | None


class Range(Strict):
    frames: int
    lowest: float
    highest: float


class Partner(Strict):
    stated: list[str]
    found: str | None
    by: Literal["reference", "plane"] | None
    start_gap_s: float | None


class Thumbnails(Strict):
    path: str
    frames: list[int]
    failures: list[str]


class Run(Strict):
    number: int
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    paths: list[str]
    medium: Literal["dicom", "video"]
    kind: Literal["XA", "RF", "Enhanced XA", "Enhanced XRF", "biplane XA", "capture", "video"]
    plane: Literal["A", "B", "single"]
    rows: int
    columns: int
    frames: int
    times: Times
    transfer_syntax_uid: str | None
    stored_as: str
    intensity: Intensity
    geometry: Geometry
    per_frame: dict[str, Range | None] | None
    shutter_share: float | None
    partner: Partner
    warnings: list[str]
    thumbnails: Thumbnails | None


class Cost(Strict):
    sentence: str
    alike: bool
    runs: list[str]


class File(Strict):
    path: str
    sentence: str


class Duplicate(File):
    sop_instance_uid: str


class PassedOver(Strict):
    reason: str
    count: int
    files: list[File] | None


class Document(Strict):
    paths: list[str]
    counts: Counts
    runs: list[Run]
    costs: list[Cost]
    passed_over: list[PassedOver]
    duplicates: list[Duplicate]
    failures: list[File]
    ignored: list[str] | None
    next: str | None


@pytest.fixture
def mixed(write_xa: Callable[..., Path], scene: NDArray[np.uint16]) -> Inspection:
    return look([write_mixed(write_xa, scene)], Config())


def parsed(inspection: Inspection, *, all_files: bool = False) -> Document:
    text = json.dumps(document(inspection, None, all_files=all_files), allow_nan=False)
    assert PLANTED not in text
    return Document.model_validate_json(text)


def test_all_that_is_there(mixed: Inspection) -> None:
    told = parsed(mixed)
    assert told.counts == Counts(
        studies=2, runs=3, frames=16, passed_over=3, duplicates=1, failed=1, ignored=1
    )
    a, b, lone = told.runs
    assert (a.plane, a.partner.found, a.partner.by) == ("A", B, "plane")
    assert (b.partner.found, b.partner.start_gap_s) == (A, -0.25)
    assert a.geometry.view == "LAO 30° cranial 10°"
    assert a.geometry.pixel_mm == pytest.approx([0.3, 0.3])
    assert (a.rows, a.columns, a.intensity.bits_stored) == (24, 32, 12)
    assert lone.geometry.pixel_mm is None
    assert (lone.times.pauses, lone.times.longest_pause_s) == (1, pytest.approx(12.0))
    assert lone.stored_as == "JPEG lossless"
    assert told.next is not None


def test_costs_refer_to_runs_by_uid(mixed: Inspection) -> None:
    told = parsed(mixed)
    lone = [cost.sentence for cost in told.costs if cost.runs == [LONE]]
    assert any("Imager Pixel Spacing (0018,1164)" in sentence for sentence in lone)


def test_files_are_listed_on_request(mixed: Inspection) -> None:
    brief, full = parsed(mixed), parsed(mixed, all_files=True)
    assert (brief.passed_over[0].files, brief.ignored) == (None, None)
    assert full.passed_over[0].files is not None
    assert sorted(Path(file.path).name for file in full.passed_over[0].files) == ["0.dcm", "1.dcm", "2.dcm"]
    assert full.ignored is not None
    assert [Path(path).name for path in full.ignored] == ["notes.txt"]


def test_what_is_stated_frame_by_frame_is_summed_up(make_entry: Callable[..., object]) -> None:
    kvp = np.append(np.full(8, 70.0), [np.nan, 80.0])
    per_frame = PerFrame(kvp=kvp, table_mm=np.zeros((10, 3)), exposure_ms=np.full(10, np.nan))
    entry = make_entry(per_frame=per_frame, shutter=np.eye(40, 50, dtype=bool))
    study = Study("1.2", (entry,))  # type: ignore[arg-type]
    (run,) = parsed(Inspection((), None, (study,), (), (), (), (), (), "")).runs
    assert run.per_frame is not None
    assert run.per_frame["kvp"] == Range(frames=9, lowest=70.0, highest=80.0)
    assert run.per_frame["table_lateral_mm"] == Range(frames=10, lowest=0.0, highest=0.0)
    assert run.per_frame["exposure_ms"] is None
    assert run.per_frame["primary_deg"] is None
    assert run.shutter_share == pytest.approx(1 / 50)


def test_nothing_at_all(tmp_path: Path) -> None:
    told = parsed(look([tmp_path], Config()))
    assert (told.runs, told.next, told.counts.runs) == ([], None, 0)
