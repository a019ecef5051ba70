import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from leakwatch.bench.observers import sequential, waiting
from leakwatch.bench.observers.ideal import FALSE_ALARMS_PER_RUN, OBSERVERS, watch, watch_run
from leakwatch.bench.observers.likelihood import log_ratio
from leakwatch.bench.observers.quanta import quanta_of
from leakwatch.bench.observers.trace import Trace
from leakwatch.bench.tables import read_table
from leakwatch.simulate.case import WrittenCase
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.run import SimulatedRun, simulate
from leakwatch.simulate.testing import tiny_case, tiny_config

SIZE_PX, SEED = 96, 1
MEANS = ("without", "with_leak")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenCase:
    return tiny_case(tmp_path_factory.mktemp("ideal"), "lateral", planes=2, size_px=SIZE_PX, seed=SEED)


@pytest.fixture(scope="module")
def traces(written: WrittenCase) -> tuple[Trace, ...]:
    return watch(tiny_config("lateral", planes=2, size_px=SIZE_PX), SEED, written)


@pytest.fixture(scope="module")
def run() -> SimulatedRun:
    return simulate(tiny_config("lateral", size_px=64), SEED)[0]


def with_detector(run: SimulatedRun, **changes: float) -> SimulatedRun:
    config = run.scene.config
    detector = config.detector.model_copy(update=changes)
    return replace(run, scene=replace(run.scene, config=config.model_copy(update={"detector": detector})))


def by_name(traces: tuple[Trace, ...]) -> dict[str, Trace]:
    return {trace.observer: trace for trace in traces}


def test_every_run_is_watched_by_every_observer(written: WrittenCase, traces: tuple[Trace, ...]) -> None:
    named = [(trace.sop_instance_uid, trace.observer) for trace in traces]
    assert named == [(uid, observer) for uid in written.sop_instance_uids for observer in OBSERVERS]
    assert {len(trace.statistic) for trace in traces} == {32}


def test_no_observer_is_slow_with_a_plain_leak_in_sight(
    written: WrittenCase, traces: tuple[Trace, ...]
) -> None:
    uid = written.sop_instance_uids[0]
    leaked = read_table(written.truth / uid / "frames.csv").numbers("leak_ul") > 0
    first = int(np.flatnonzero(leaked)[0])
    for trace in traces:
        if trace.sop_instance_uid == uid:
            assert trace.alarm_frame is not None
            assert first <= trace.alarm_frame <= first + 2, trace.observer


def test_nothing_is_known_before_the_leak_but_by_one_who_waits_for_it(traces: tuple[Trace, ...]) -> None:
    for trace in traces[: len(OBSERVERS)]:
        silent = [math.isnan(value) for value in trace.statistic]
        assert silent == sorted(silent, reverse=True), trace.observer
        assert silent[0] == (trace.observer != "ideal_waiting")


def test_what_the_bone_hides_is_not_seen_outside_it(traces: tuple[Trace, ...]) -> None:
    """Cement that leaves to the side lies behind the bone in a lateral view."""
    hidden = by_name(traces[len(OBSERVERS) :])
    assert hidden["ideal"].alarm_frame is not None
    assert hidden["ideal_outside"].alarm_frame is None
    assert hidden["ideal_waiting"].alarm_frame is None


def test_fewer_quanta_and_less_of_the_picture_are_slower(run: SimulatedRun) -> None:
    """With so few quanta that a leak takes several frames to show."""
    late = len(run.frame_times_s)
    whole, outside = [], []
    for photons in (2.0, 8.0, 200.0):
        dim = with_detector(run, photons_per_pixel=photons, electronic_noise_photons=1.0)
        found = by_name(watch_run(dim, "1.2.3"))
        whole.append(found["floor"].alarm_frame or late)
        outside.append(found["floor_outside"].alarm_frame or late)
    assert whole == sorted(whole, reverse=True)
    assert outside == sorted(outside, reverse=True)
    assert outside[0] > outside[-1]
    assert all(one <= other for one, other in zip(whole, outside, strict=True))


def test_detectability_grows_as_the_root_of_the_quanta(run: SimulatedRun) -> None:
    """Four times the quanta, twice the detectability, where the electronics are silent."""
    few, many = (
        by_name(watch_run(with_detector(run, photons_per_pixel=n, electronic_noise_photons=0.0), "1"))
        for n in (500.0, 2000.0)
    )
    ratio = np.array(many["floor"].statistic[-5:]) / np.array(few["floor"].statistic[-5:])
    assert ratio == pytest.approx(2.0, rel=1e-3)


def test_what_lead_hides_is_not_known_either() -> None:
    """Where the means are nought, with the leak and without it, nothing can be weighed."""
    content = tiny_config("lateral", size_px=64).model_dump(mode="json", by_alias=True)
    content["detector"] |= {"electronic_noise_photons": 0.0, "scatter_to_primary": 0.0}
    alarms = []
    for half_width_mm in (7.0, 25.0):
        content["collimator"] |= {"form": "circle", "half_width_mm": half_width_mm, "leakage": 0.0}
        traces = watch_run(simulate(CaseSection.model_validate(content), SEED)[0], "1.2.3")
        alarms.append([trace.alarm_frame for trace in traces])
    hidden, seen = alarms
    assert hidden == [None] * len(OBSERVERS)
    assert None not in seen


@pytest.mark.slow
def test_noise_of_a_run_without_its_leak_alarms_as_often_as_asked(run: SimulatedRun) -> None:
    """New counts are drawn from the simulator's own means without the leak, and held against the leak."""
    dim = with_detector(run, photons_per_pixel=20.0, electronic_noise_photons=1.0)
    frames = list(quanta_of(dim))
    shadow = np.max([1 - frame.with_leak / frame.without for frame in frames], axis=0) > 1e-3
    without, with_leak = (np.stack([getattr(f, name)[shadow] for f in frames]) for name in MEANS)
    known = sequential.threshold(
        [log_ratio(low, low, high) for low, high in zip(without, with_leak, strict=True)],
        FALSE_ALARMS_PER_RUN,
        np.random.default_rng(1),
    )
    weights = np.log(with_leak / without)
    weights = weights[np.flatnonzero(weights.any(axis=1))[0] :]
    unknown = waiting.threshold(
        waiting.build_bank(without, without, weights), FALSE_ALARMS_PER_RUN, np.random.default_rng(1)
    )
    rng, draws, alarms = np.random.default_rng(2), 1000, np.zeros(2, int)
    for _ in range(draws):
        counted = rng.poisson(without) * 1.0
        ratios = [log_ratio(n, low, high) for n, low, high in zip(counted, without, with_leak, strict=True)]
        waited = waiting.largest_sums(waiting.build_bank(counted, without, weights).values)
        alarms += [np.nanmax(sequential.cumulative(ratios)) >= known, waited.max() >= unknown]
    low, high = binom.ppf([0.0005, 0.9995], draws, FALSE_ALARMS_PER_RUN)
    # The threshold of the second comes from 4000 draws.
    assert low <= alarms[0] <= high
    assert 0.9 * low <= alarms[1] <= 1.1 * high


def test_without_a_leak_there_is_nothing_to_know() -> None:
    for trace in watch_run(simulate(tiny_config(None, size_px=64), SEED)[0], "1.2.3"):
        assert trace.alarm_frame is None
        assert all(math.isnan(value) for value in trace.statistic)


def test_the_same_case_gives_the_same_traces(written: WrittenCase, traces: tuple[Trace, ...]) -> None:
    again = watch(tiny_config("lateral", planes=2, size_px=SIZE_PX), SEED, written)
    assert [repr(trace) for trace in again] == [repr(trace) for trace in traces]


def test_another_case_than_was_written_is_refused(written: WrittenCase) -> None:
    other: CaseSection = tiny_config("lateral", planes=1, size_px=SIZE_PX)
    with pytest.raises(ValueError, match="describes 1 runs, and 2 were written"):
        watch(other, SEED, replace(written, folder=Path("elsewhere")))
