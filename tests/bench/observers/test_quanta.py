import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from leakwatch.bench.observers.likelihood import log_ratio
from leakwatch.bench.observers.quanta import Quanta, quanta_of
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.machine.exposure import exposure_at
from leakwatch.simulate.run import SimulatedRun, simulate
from leakwatch.simulate.testing import tiny_config

Picture = NDArray[np.float64]
LAG, TAIL, DECAY, PAST, EDGE_GAIN, EDGE_PX, WHITE = 0.1, 0.01, 0.6, 0.6, 0.8, 1.5, 8.0


def config_of(leak: str | None, **sections: dict[str, object]) -> CaseSection:
    content = tiny_config(leak, size_px=64, frames=20).model_dump(mode="json", by_alias=True)
    for section, keys in sections.items():
        content[section] |= keys
    return CaseSection.model_validate(content)


@pytest.fixture(scope="module")
def run() -> SimulatedRun:
    """A machine that lags, averages over frames and lifts edges; its values are stored finely."""
    config = config_of(
        "lateral",
        detector={"lag": LAG, "lag_tail": TAIL, "lag_tail_decay": DECAY, "electronic_noise_photons": 5.0},
        processing={"recursive": PAST, "edge_gain": EDGE_GAIN, "edge_px": EDGE_PX},
        exposure={"settling_frames": 4},
        chain={"relationship": "LIN", "bits_stored": 16, "white_level": WHITE},
    )
    return simulate(config, 1)[0]


@pytest.fixture(scope="module")
def frames(run: SimulatedRun) -> list[Quanta]:
    return list(quanta_of(run))


def before_sharpening(picture: Picture) -> Picture:
    """Undo unsharp masking of the logarithm: a fixed point, for the map back contracts."""
    stored = np.log(picture)
    logarithm = stored.copy()
    for _ in range(80):
        smooth = cv2.GaussianBlur(logarithm, (0, 0), EDGE_PX, borderType=cv2.BORDER_REPLICATE)
        logarithm = (stored + EDGE_GAIN * smooth) / (1 + EDGE_GAIN)
    return np.asarray(np.exp(logarithm), np.float64)


def undone(run: SimulatedRun) -> list[Picture]:
    """Go back from stored values to detected quanta, each from this frame and earlier ones alone."""
    kept = 1 - LAG - TAIL / (1 - DECAY)
    found: list[Picture] = []
    shown_before = previous = trapped = None
    for frame in run.frames():
        shown = before_sharpening(frame.stored / 65535 * WHITE)
        reading = shown if shown_before is None else (shown - PAST * shown_before) / (1 - PAST)
        if previous is None or trapped is None:
            signal, trapped = reading, reading / (1 - DECAY)
        else:
            signal = (reading - LAG * previous - TAIL * trapped) / kept
            trapped = signal + DECAY * trapped
        shown_before, previous = shown, signal
        exposure = exposure_at(run.scene.config.exposure, frame.index, frame.time_s)
        detector = run.scene.config.detector
        quanta = detector.photons_per_pixel * exposure.dose / exposure.brightness
        found.append(signal * quanta + detector.electronic_noise_photons**2)
    return found


def test_no_likelihood_is_lost_between_detector_and_file(run: SimulatedRun, frames: list[Quanta]) -> None:
    """Prewhitening the stored pictures undoes edges, recursion and lag, and comes to the same log ratio."""
    for quanta, counted in zip(frames, undone(run), strict=True):
        ratio = log_ratio(quanta.counted, quanta.without, quanta.with_leak)
        again = log_ratio(counted, quanta.without, quanta.with_leak)
        assert again.value == pytest.approx(ratio.value, abs=0.05 * np.sqrt(ratio.variance_without) + 1e-9)
    assert ratio.variance_without > 100


def test_the_noise_is_white_and_as_large_as_its_mean(frames: list[Quanta]) -> None:
    left = np.stack([(f.counted - f.with_leak) / np.sqrt(f.with_leak) for f in frames])
    assert left.std() == pytest.approx(1.0, abs=0.01)
    for axis in (0, 1, 2):
        neighbours = np.delete(left, -1, axis) * np.delete(left, 0, axis)
        assert abs(neighbours.mean()) < 5 / np.sqrt(neighbours.size)


def test_without_its_cement_the_leak_is_gone_and_all_else_is_the_same(frames: list[Quanta]) -> None:
    leaking = [frame.index for frame in frames if (frame.without != frame.with_leak).any()]
    assert leaking == list(range(leaking[0], len(frames)))
    assert leaking[0] > 0
    last = frames[-1]
    # Cement only darkens, and far from the leak only the veil of scatter knows of it.
    assert (last.with_leak <= last.without * (1 + 1e-5)).all()
    change = 1 - last.with_leak / last.without
    assert change.max() > 0.05
    assert np.median(change) < 0.005


def test_a_case_without_a_leak_has_one_mean() -> None:
    quiet = simulate(config_of(None), 1)[0]
    assert all((frame.without == frame.with_leak).all() for frame in quanta_of(quiet))


def test_exposure_control_answers_the_run_as_it_went() -> None:
    """Control that sees the leak is no evidence of it: both means have the dose that there was."""
    steady, automatic = (
        simulate(config_of("lateral", exposure={"control": control, "control_dead_band": 0.0}), 1)[0]
        for control in ("fixed", "automatic")
    )
    one, other = ([*quanta_of(run)][-1] for run in (steady, automatic))
    change = other.without - one.without
    assert change.mean() > 0
    shift = steady.scene.config.detector.electronic_noise_photons**2
    share = (other.with_leak - shift) / (one.with_leak - shift)
    again = (other.without - shift) / (one.without - shift)
    assert share == pytest.approx(again, rel=1e-4)
