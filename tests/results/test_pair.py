"""What `cases.json` says of how two views fit, and of the cement that both show."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leakwatch.geometry import matrix_px_from_lps
from leakwatch.nouns import Amount, CArm, Plane, PoseError, Run
from leakwatch.results.json_file import write_json
from leakwatch.results.pair import pair_fitted
from leakwatch.results.scene import laid_out
from leakwatch.views.fit import Fit
from leakwatch.views.pair import Pair
from leakwatch.views.scene import Scene
from leakwatch.views.volume import CementVolume

NOWHERE = Scene(None, "no bone", None, "no needle")
ERROR = PoseError((0.5, -1.0, 0.0), (1.0, 0.0, -2.0))


@pytest.fixture
def pair(make_run: Callable[..., Run]) -> Pair:
    a, b = (
        make_run(
            sop_instance_uid=uid, plane=plane, geometry=CArm(primary_deg, 0.0, 1100.0, 720.0, (0.4, 0.4))
        )
        for uid, plane, primary_deg in (("1.1", Plane.A, 0.0), ("1.2", Plane.B, 90.0))
    )
    return Pair(a, b, 0.0, "reference")


def test_a_fitted_pose_comes_with_its_projection(pair: Pair, tmp_path: Path) -> None:
    fit = Fit(ERROR, ("needle tip", "bone, one end"), 2.5, 0.4)
    write_json(tmp_path / "pair.json", "test/1", {"pair": pair_fitted(pair, fit)})
    told = json.loads((tmp_path / "pair.json").read_text())["pair"]
    assert (told["a"], told["b"], told["fits"], told["pose_reason"]) == ("1.1", "1.2", True, None)
    pose = told["pose"]
    assert (pose["turn_deg"], pose["shift_mm"]) == ([0.5, -1.0, 0.0], [1.0, 0.0, -2.0])
    assert pose["seen_by_both"] == ["needle tip", "bone, one end"]
    assert (pose["gap_before_mm"], pose["gap_after_mm"]) == (2.5, 0.4)
    moved = replace(pair.b.geometry, pose_error=ERROR)
    assert np.array(pose["b_matrix_px_from_lps"]) == pytest.approx(
        matrix_px_from_lps(moved, pair.b.rows, pair.b.columns)
    )


def test_views_that_do_not_fit_say_why(pair: Pair) -> None:
    told = pair_fitted(pair, Fit(None, reason="of two bones", fits=False))
    assert (told["fits"], told["pose"], told["pose_reason"]) == (False, None, "of two bones")


def test_cement_of_both_views(pair: Pair) -> None:
    cement = CementVolume(Amount(900.0, 500.0, 1620.0), 2100.0, 7.25)
    told = laid_out(pair, NOWHERE, cement)
    assert told["cement"] == {
        "volume_ul": 900.0,
        "volume_interval_ul": [500.0, 1620.0],
        "hull_ul": 2100.0,
        "pair_time_s": 7.25,
    }
    assert told["cement_reason"] is None
    told = laid_out(pair, NOWHERE, "one view shows no cement")
    assert (told["cement"], told["cement_reason"]) == (None, "one view shows no cement")
