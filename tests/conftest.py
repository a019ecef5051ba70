"""Nouns to test with: complete, small, and changed by keyword."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from leakwatch.nouns import (
    AnalysedRun,
    Calibration,
    CArm,
    FrameResult,
    IntensityChain,
    LeakEvent,
    Motion,
    Outline,
    Plane,
    Reason,
    Relationship,
    Run,
    RunSummary,
    Site,
    State,
)

from .synthetic_xa import scene as scene
from .synthetic_xa import shared_dir as shared_dir
from .synthetic_xa import write_xa as write_xa


@pytest.fixture
def make_run() -> Callable[..., Run]:
    """A 10-frame LOG run of 40 x 50 pixels at 7.5 frames/s with full geometry."""

    def make(**changes: object) -> Run:
        values: dict[str, object] = {
            "paths": (Path("run.dcm"),),
            "sop_instance_uid": "1.2.3",
            "study_instance_uid": "1.2",
            "series_instance_uid": "1.2.9",
            "modality": "XA",
            "plane": Plane.SINGLE,
            "rows": 40,
            "columns": 50,
            "times_s": np.arange(10) / 7.5,
            "intensity": IntensityChain(Relationship.LOG, 1, False, 10, False, None, Calibration.MONOTONE),
            "geometry": CArm(0.0, 0.0, 1100.0, 720.0, (0.4, 0.3)),
            "start": datetime(2026, 1, 1, 12),
        }
        return Run(**(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_result() -> Callable[..., FrameResult]:
    """A clear frame of 40 x 50 pixels."""

    def make(**changes: object) -> FrameResult:
        values: dict[str, object] = {
            "index": 0,
            "time_s": 0.0,
            "motion": Motion(0.0, 0.0, 0.0, 1.0),
            "cement_area_px": 0,
            "leak_area_px": 0,
            "state": State.CLEAR,
            "reason": Reason.NONE,
            "evidence": 0.0,
            "threshold": 1.5,
            "latency_ms": 1.0,
            "labels": np.zeros((40, 50), np.uint8),
        }
        return FrameResult(**(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_event() -> Callable[..., LeakEvent]:
    """A leak seen on frames 4 to 6."""

    def make(**changes: object) -> LeakEvent:
        values: dict[str, object] = {
            "id": 1,
            "onset_frame": 4,
            "onset_time_s": 4 / 7.5,
            "alarm_frame": 6,
            "alarm_time_s": 6 / 7.5,
            "centroid_xy_px": (30.0, 20.0),
            "direction_deg": 0.0,
            "frames": (4, 5, 6),
            "area_px": (10, 20, 30),
            "centroids_xy_px": ((29.0, 20.0), (29.5, 20.0), (30.0, 20.0)),
            "region": None,
            "compartment": None,
            "compartment_reason": "no regions were given",
            "yeom": None,
            "yeom_reason": "no regions were given",
            "confidence": 0.9,
            "evidence": 2.0,
            "threshold": 1.5,
        }
        return LeakEvent(**(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_outline() -> Callable[..., Outline]:
    """A 20 x 10 pixel box around (25, 20) on frame 0."""

    def make(**changes: object) -> Outline:
        values: dict[str, object] = {
            "sop_instance_uid": "1.2.3",
            "frame": 0,
            "site": Site.VERTEBRA,
            "label": "L3",
            "polygon_xy_px": np.array([[15.0, 15], [35, 15], [35, 25], [15, 25]]),
        }
        return Outline(**(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_analysed(make_run: Callable[..., Run]) -> Callable[..., AnalysedRun]:
    """A whole run without a leak."""

    def make(run: Run | None = None, **changes: object) -> AnalysedRun:
        values: dict[str, object] = {
            "run": run or make_run(),
            "outlines": (),
            "summary": RunSummary(events=()),
            "frames": 10,
            "state": State.CLEAR,
            "first_alarm_frame": None,
            "first_alarm_time_s": None,
            "undecided_frames": 0,
        }
        return AnalysedRun(**(values | changes))  # type: ignore[arg-type]

    return make
