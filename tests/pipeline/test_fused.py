"""The fused verdict of two real recordings: written down, and the same however much follows the alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leakwatch.bench.recording import write_recording
from leakwatch.pipeline.request import BatchReport

SIDE_PX = 64
WHOLE = 112


def outlines(path: Path, *uids: str) -> Path:
    """Draw the round bone of the recordings, a little wider than it is."""
    turn = np.linspace(0.0, 2 * np.pi, 24, endpoint=False)
    ring = (SIDE_PX - 1) / 2 + 0.32 * SIDE_PX * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    drawn = [
        {
            "sop_instance_uid": uid,
            "frame": 0,
            "site": "vertebra",
            "label": "L3",
            "polygon_xy_px": ring.tolist(),
        }
        for uid in uids
    ]
    path.write_text(json.dumps({"schema": "leakwatch.outline/1", "outlines": drawn}), encoding="utf-8")
    return path


@pytest.fixture
def fused(tmp_path: Path, analyse: Callable[..., BatchReport]) -> Callable[[int, int], dict[str, Any]]:
    """Record two planes of so many frames that leak alike under other noise; give their verdict."""

    def run(frames_a: int, frames_b: int) -> dict[str, Any]:
        folder = tmp_path / f"{frames_a}-{frames_b}"
        folder.mkdir()
        a = write_recording(folder / "a.dcm", frames_a, SIDE_PX, 1, uid_seed="a", plane="A")
        b = write_recording(folder / "b.dcm", frames_b, SIDE_PX, 2, uid_seed="b", plane="B", partner_uid=a)
        analyse(folder, outlines=(outlines(folder / "outline.json", a, b),), out=folder / "out")
        (case,) = json.loads((folder / "out" / "cases.json").read_text(encoding="utf-8"))["cases"]
        (verdict,) = case["fused"]
        assert (verdict["a"], verdict["b"]) == (a, b)
        return dict(verdict)

    return run


def test_what_follows_an_alarm_moves_only_what_is_said_beside_it(
    fused: Callable[[int, int], dict[str, Any]],
) -> None:
    whole = fused(WHOLE, WHOLE)
    assert whole["state"] == "alarm"
    frame, own = whole["alarm"]["frame"], whole["other_view"]["first_alarm_frame"]
    # noise differs, so that one plane is first; and there is film after both
    assert frame < own < WHOLE - 1
    assert (whole["alarm"]["time_s"], whole["other_view"]["verdict"]) == (
        whole["alarm"]["pair_time_s"],
        "confirmed",
    )
    assert whole["other_view"]["pair_since_s"] == whole["other_view"]["first_alarm_time_s"]
    cut = fused(frame + 1, frame + 1)
    assert cut["alarm"] == whole["alarm"]
    assert (cut["other_view"]["verdict"], cut["other_view"]["first_alarm_frame"]) == ("not_visible", None)
