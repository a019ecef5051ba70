"""How two runs were paired, and how well their views fit each other, as `cases.json` has it."""

from __future__ import annotations

from leakwatch.geometry import matrix_px_from_lps
from leakwatch.views.fit import Fit, run_with_pose_error
from leakwatch.views.pair import Pair


def pair_fitted(pair: Pair, fit: Fit) -> dict[str, object]:
    """Give the entry of one pair."""
    return {
        "a": pair.a.sop_instance_uid,
        "b": pair.b.sop_instance_uid,
        "by": pair.by,
        "start_gap_s": pair.start_gap_s,
        "fits": fit.fits,
        "pose": None if fit.error is None else _pose(pair, fit),
        "pose_reason": fit.reason or None,
    }


def _pose(pair: Pair, fit: Fit) -> dict[str, object]:
    assert fit.error is not None
    matrix = matrix_px_from_lps(run_with_pose_error(pair.b, fit.error).geometry, pair.b.rows, pair.b.columns)
    return {
        "turn_deg": fit.error.turn_deg,
        "shift_mm": fit.error.shift_mm,
        "seen_by_both": fit.cues,
        "gap_before_mm": fit.gap_before_mm,
        "gap_after_mm": fit.gap_after_mm,
        "b_matrix_px_from_lps": matrix.tolist(),
    }
