"""The few nouns that cross the borders between rooms: frozen, slotted, validated."""

from leakwatch.nouns.amount import Amount, FrameVolume, RunVolume
from leakwatch.nouns.analysed import AnalysedRun
from leakwatch.nouns.event import LeakEvent, LeakKind
from leakwatch.nouns.field import Cover, FieldSummary, TextBox
from leakwatch.nouns.frame import Frame, StoredFrame
from leakwatch.nouns.outline import Outline, Region, Site
from leakwatch.nouns.result import FrameResult, Motion, Reason, State
from leakwatch.nouns.run import (
    Calibration,
    CArm,
    IntensityChain,
    Medium,
    PerFrame,
    Plane,
    PoseError,
    Relationship,
    Run,
)
from leakwatch.nouns.shadow import CementShadow
from leakwatch.nouns.summary import RunSummary, TakenUp

__all__ = [
    "Amount",
    "AnalysedRun",
    "CArm",
    "Calibration",
    "CementShadow",
    "Cover",
    "FieldSummary",
    "Frame",
    "FrameResult",
    "FrameVolume",
    "IntensityChain",
    "LeakEvent",
    "LeakKind",
    "Medium",
    "Motion",
    "Outline",
    "PerFrame",
    "Plane",
    "PoseError",
    "Reason",
    "Region",
    "Relationship",
    "Run",
    "RunSummary",
    "RunVolume",
    "Site",
    "State",
    "StoredFrame",
    "TakenUp",
    "TextBox",
]
