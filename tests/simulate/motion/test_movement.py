import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.simulate.config.movement import MovementSection
from leakwatch.simulate.motion.movement import Movement, draw_movement, reach_mm


def still(**asked: object) -> Movement:
    rest = {"bone_mm": (0, 0, 0), "soft_mm": (0, 0, 0), "gas_mm": (0, 0, 0), "restlessness_mm": 0.0}
    return draw_movement(MovementSection.model_validate(rest | asked), np.random.default_rng(1))


def test_bone_and_gas_do_not_move_alike() -> None:
    movement = draw_movement(MovementSection(), np.random.default_rng(1))
    bone = np.array([movement.bone(t).shift_mm[2] for t in np.arange(0, 4, 0.1)])
    gas = np.array([movement.gas(t)[2] for t in np.arange(0, 4, 0.1)])
    assert np.ptp(gas) > 4 * np.ptp(bone)


def test_the_table_takes_everything_along_and_stays_there() -> None:
    movement = still(pan_time_s=1.0, pan_mm=(0.0, 0.0, 12.0), pan_duration_s=0.5)
    assert movement.bone(0.99).shift_mm == pytest.approx([0, 0, 0])
    for moved in (movement.bone(1.5).shift_mm, movement.whole(9.0)):
        assert moved == pytest.approx([0, 0, 12.0])


def test_a_jump_and_a_pan_add_up() -> None:
    movement = still(jump_time_s=1.0, jump_mm=(1.0, 2.0, 3.0), pan_time_s=2.0, pan_mm=(0.0, 0.0, 5.0))
    assert movement.bone(9.0).shift_mm == pytest.approx([1, 2, 8])


@given(st.floats(0, 20), st.integers(0, 50), st.sampled_from([None, 1.0]), st.sampled_from([None, 0.5]))
def test_nothing_goes_beyond_its_reach(
    time_s: float, seed: int, jump: float | None, pan: float | None
) -> None:
    config = MovementSection(jump_time_s=jump, pan_time_s=pan)
    movement = draw_movement(config, np.random.default_rng(seed))
    whole = movement.whole(time_s)
    for shift in (
        movement.bone(time_s).shift_mm,
        whole + movement.soft(time_s),
        whole + movement.gas(time_s),
    ):
        assert np.linalg.norm(shift) <= reach_mm(config)
