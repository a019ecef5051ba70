"""Where bone and needle lie in space, as `cases.json` has it."""

from __future__ import annotations

from leakwatch.results.amounts import interval, number
from leakwatch.views.pair import Pair
from leakwatch.views.scene import BoneBox, Scene
from leakwatch.views.triangulate import Position
from leakwatch.views.volume import CementVolume


def laid_out(pair: Pair, scene: Scene, cement: CementVolume | str) -> dict[str, object]:
    """Give the entry of one pair: patient axes, mm, origin at the isocentre."""
    return {
        "a": pair.a.sop_instance_uid,
        "b": pair.b.sop_instance_uid,
        "bone_box": None if scene.bone is None else _box(scene.bone),
        "bone_box_reason": scene.bone_reason or None,
        "needle_tip": None if scene.tip is None else _tip(scene.tip),
        "needle_tip_reason": scene.tip_reason or None,
        "cement": None if isinstance(cement, str) else _cement(cement),
        "cement_reason": cement if isinstance(cement, str) else None,
    }


def _box(bone: BoneBox) -> dict[str, object]:
    return {
        "centre_mm_lps": bone.centre_mm_lps,
        "axes_lps": bone.axes_lps,
        "half_mm": bone.half_mm,
        "ray_gap_mm": bone.ray_gap_mm,
    }


def _tip(tip: Position) -> dict[str, object]:
    return {"position_mm_lps": tip.mm_lps, "location_error_mm": tip.error_mm, "ray_gap_mm": tip.gap_mm}


def _cement(cement: CementVolume) -> dict[str, object]:
    return {
        "volume_ul": number(cement.volume),
        "volume_interval_ul": interval(cement.volume),
        "hull_ul": cement.hull_ul,
        "pair_time_s": cement.time_s,
    }
