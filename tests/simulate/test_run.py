import numpy as np
import pytest

from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.injection.filling import Filling
from leakwatch.simulate.motion.layers import moved_rigidly
from leakwatch.simulate.run import SimulatedFrame, SimulatedRun
from leakwatch.simulate.testing import tiny_runs
from leakwatch.simulate.truth.frame import onset_visible


def test_volume_is_the_injected_volume(
    leaking_frames: list[SimulatedFrame], leaking_run: SimulatedRun
) -> None:
    cement, last = leaking_run.scene.config.cement, leaking_frames[-1]
    kept_ul = (cement.rate_ml_per_min * 1000 / 60) * (last.time_s - cement.start_s)
    assert last.truth.leak_ul > 10
    assert last.truth.cement_ul == pytest.approx(kept_ul + last.truth.leak_ul, rel=0.02)


def test_the_picture_holds_the_volume(leaking_run: SimulatedRun) -> None:
    """Thickness times the pixel's area at the cement's depth sums to the volume within 2 %."""
    injection, machine = leaking_run.scene.injection, leaking_run.scene.config.machine
    end_s = float(leaking_run.frame_times_s[-1])
    total = seen = 0.0
    for spread in (injection.inside, injection.leaked):
        filling = Filling(spread, leaking_run.layers.fine)
        picture = moved_rigidly(filling.up_to(end_s), leaking_run.motion(end_s), leaking_run.layers)
        depth_mm = float((spread.points_mm @ leaking_run.layers.fine.axes()[2]).mean())
        pixel_mm = machine.pixel_mm * (machine.sod_mm + depth_mm) / machine.sod_mm
        seen += float(picture.sum()) * pixel_mm**2
        total += filling.volume_ul()
    assert seen == pytest.approx(total, rel=0.02)


def test_an_embolus_takes_its_volume_along() -> None:
    from leakwatch.simulate.config.case import CaseSection
    from leakwatch.simulate.run import prepare_runs
    from leakwatch.simulate.scene import build_scene
    from leakwatch.simulate.testing import tiny_config

    base = tiny_config("vein", frames=40).model_dump(by_alias=True)
    base["leak"]["embolus"] = {"start_s": 4.0, "volume_ul": 5.0, "speed_mm_per_s": 4.0}
    run = prepare_runs(build_scene(CaseSection.model_validate(base), 1), 1)[0]
    filling = Filling(run.scene.injection.leaked, run.layers.fine, run.scene.injection.embolus)
    before = filling.up_to(3.99)
    assert filling.travelling_mm(3.99) is None
    whole, standing = before.sum(), filling.up_to(4.0).sum()
    travelling = filling.travelling_mm(4.0)
    assert travelling is not None
    assert standing + travelling.sum() == pytest.approx(whole, rel=0.02)
    assert travelling.sum() > 0.1 * whole


def test_areas_are_the_labels(leaking_frames: list[SimulatedFrame], leaking_run: SimulatedRun) -> None:
    area = leaking_run.scene.config.machine.pixel_mm**2
    for frame in leaking_frames:
        labels = frame.truth.labels
        assert frame.truth.cement_area_mm2 == pytest.approx(np.count_nonzero(labels) * area)
        assert frame.truth.leak_area_mm2 == pytest.approx(np.count_nonzero(labels == 2) * area)


def test_a_lateral_leak_shows_and_nothing_leaks_before_it_starts(
    leaking_frames: list[SimulatedFrame],
) -> None:
    truths = [frame.truth for frame in leaking_frames]
    onset = onset_visible(truths)
    assert onset is not None
    first = next(t.index for t in truths if t.leak_ul > 0)
    assert 8 < first <= onset
    assert truths[first - 1].leak_area_mm2 == 0


def test_leak_labels_lie_outside_the_silhouette(
    leaking_frames: list[SimulatedFrame], leaking_run: SimulatedRun
) -> None:
    last = leaking_frames[-1]
    chord = moved_rigidly(leaking_run.layers.treated_mm, leaking_run.motion(last.time_s), leaking_run.layers)
    assert chord[last.truth.labels == 2].max() <= 0.5


def test_motion_starts_from_frame_0(leaking_frames: list[SimulatedFrame]) -> None:
    first = leaking_frames[0].truth
    assert (first.dx_mm, first.dy_mm, first.rotation_deg) == (0.0, 0.0, 0.0)
    assert max(abs(frame.truth.dy_mm) for frame in leaking_frames) > 0.1


def test_every_call_plays_the_same_frames() -> None:
    run = tiny_runs(None, size_px=48, frames=3)[0]
    for one, two in zip(run.frames(), run.frames(), strict=True):
        assert np.array_equal(one.stored, two.stored)


def test_cement_in_the_needle_is_not_the_injection(leaking_run: SimulatedRun) -> None:
    inside = [s for s in leaking_run.shadows if s.basis is Basis.CEMENT]
    assert [np.count_nonzero(s.at(0.0)) > 0 for s in inside] == [True]
    first = next(iter(leaking_run.frames()))
    assert first.truth.cement_area_mm2 == 0


def test_cement_under_lead_is_not_to_be_seen() -> None:
    from leakwatch.simulate.config.case import CaseSection
    from leakwatch.simulate.run import simulate
    from leakwatch.simulate.testing import tiny_config

    base = tiny_config("lateral", frames=26).model_dump(by_alias=True)
    base["collimator"] = {"form": "rectangle", "half_width_mm": 20.0}
    *_, last = simulate(CaseSection.model_validate(base), 1)[0].frames()
    *_, bare = simulate(tiny_config("lateral", frames=26), 1)[0].frames()
    covered = np.abs((np.arange(96) - 47.5) * 92 / 96) > 21
    assert last.truth.leak_ul == bare.truth.leak_ul
    assert bare.truth.labels[:, covered].any()
    assert not last.truth.labels[:, covered].any()
