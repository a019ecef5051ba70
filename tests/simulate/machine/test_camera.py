import numpy as np
import pytest

from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.machine.camera import start_camera, take
from leakwatch.simulate.testing import tiny_config

SIDE = 60


def config(**asked: object) -> CaseSection:
    plain = {
        "detector": {"noise": False, "lag": 0.0, "lag_tail": 0.0, "scatter_to_primary": 0.0, "blur_px": 0.0},
        "chain": {"relationship": "LIN", "bits_stored": 16, "white_level": 8.0},
    }
    base = tiny_config(None, size_px=SIDE).model_dump(by_alias=True)
    return CaseSection.model_validate(base | plain | asked)


def played(case: CaseSection, levels: list[np.ndarray]) -> np.ndarray:
    """Relative signal of each frame, from its stored values."""
    state, shown = start_camera(case), []
    for index, primary in enumerate(levels):
        rng = np.random.default_rng([1, index])
        state, stored = take(state, primary.astype(np.float32), index, index / 7.5, case, rng)
        shown.append(stored / 65535 * 8.0)
    return np.stack(shown)


def even(level: float) -> np.ndarray:
    return np.full((SIDE, SIDE), level)


def test_the_first_frame_is_nominal_and_the_others_are_held_against_it() -> None:
    shown = played(config(), [even(0.01), even(0.005), even(0.02)])
    assert shown[:, 0, 0] == pytest.approx([1.0, 0.5, 2.0], rel=1e-3)


def test_automatic_exposure_brightens_when_something_dark_comes_in() -> None:
    dark = even(1.0)
    dark[:, 15:45] = 0.4
    shown = played(config(exposure={"control": "automatic"}), [even(1.0), *[dark] * 30])
    outside = shown[:, 5, 5]
    assert outside[1] == pytest.approx(1.0, rel=1e-3)
    assert outside[-1] > 1.5


def test_automatic_exposure_does_not_answer_to_settling_or_to_a_set_step() -> None:
    case = config(
        exposure={
            "control": "automatic",
            "settling_frames": 3,
            "settling_brightness": 1.3,
            "step_time_s": 2.0,
            "step_factor": 1.5,
        }
    )
    shown = played(case, [even(1.0)] * 30)[:, 5, 5]
    assert shown[0] == pytest.approx(1.3, rel=1e-3)
    assert shown[3:15] == pytest.approx(1.0, rel=1e-3)
    assert shown[15:] == pytest.approx(1.5, rel=1e-3)


def test_what_the_lead_covers_is_dark_and_does_not_set_the_level() -> None:
    case = config(collimator={"form": "circle", "half_width_mm": 20.0, "leakage": 0.002})
    shown = played(case, [even(0.01)])[0]
    assert shown[SIDE // 2, SIDE // 2] == pytest.approx(1.0, rel=1e-3)
    assert shown[0, 0] == pytest.approx(0.002, abs=2e-4)


def test_the_same_stream_gives_the_same_frame() -> None:
    case = CaseSection.model_validate(config().model_dump(by_alias=True) | {"detector": {}})
    frames = [even(0.01)] * 3
    assert np.array_equal(played(case, frames), played(case, frames))
