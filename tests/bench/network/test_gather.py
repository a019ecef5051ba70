"""What the network learns from: frames as it will see them, and the truth on the same grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leakwatch.bench.network.gather import STEPS_PER_UNIT, SURE, Samples, choose_frames, gather, load, save
from leakwatch.bench.survey.draw import draw
from leakwatch.imaging.network.planes import MULTIPLE, PLANES
from leakwatch.imaging.row import INSIDE, OUTSIDE

SEED = 2001
LEAKING = next(index for index in (0, 1) if draw(index, SEED).way)


def labels(frames: int, first: int) -> np.ndarray:
    """A run that leaks on ten pixels from frame `first` on."""
    found = np.full((frames, 8, 8), INSIDE, np.uint8)
    found[first:, 0, :] = OUTSIDE
    return found


def test_every_first_frame_that_leaks_is_among_the_chosen() -> None:
    for seed in range(20):
        chosen = choose_frames(labels(80, 31), np.random.default_rng(seed))
        assert {31, 35, 39, 43, 47, 51} <= chosen <= set(range(80))
        assert 10 <= len(chosen) <= 16


def test_without_a_leak_ten_of_all_frames_are_chosen() -> None:
    seen: set[int] = set()
    for seed in range(60):
        chosen = choose_frames(labels(30, 30), np.random.default_rng(seed))
        assert len(chosen) == 10
        seen |= chosen
    assert seen == set(range(30))


def test_a_short_run_is_taken_whole() -> None:
    assert choose_frames(labels(4, 4), np.random.default_rng(1)) == {0, 1, 2, 3}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_samples_come_back_from_their_file(count: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    planes = [rng.integers(-127, 128, (len(PLANES), 16, 32)).astype(np.int8) for _ in range(count)]
    truth = [rng.integers(0, SURE + 1, (2, 16, 32)).astype(np.uint8) for _ in range(count)]
    save(Samples(tuple(planes), tuple(truth)), tmp_path / "one.npz")
    back = load(tmp_path / "one.npz")
    assert len(back.planes) == len(back.truth) == count
    for got, given in zip((*back.planes, *back.truth), (*planes, *truth), strict=True):
        np.testing.assert_array_equal(got, given)
    assert [path.name for path in tmp_path.iterdir()] == ["one.npz"]


@pytest.mark.slow
def test_a_simulated_case_gives_frames_with_their_truth() -> None:
    samples = gather(LEAKING, SEED)
    assert len(samples.planes) == len(samples.truth) > 10
    dark: list[float] = []
    for planes, truth in zip(samples.planes, samples.truth, strict=True):
        assert planes.shape[0] == len(PLANES)
        assert planes.shape[1:] == truth.shape[1:]
        assert not planes.shape[1] % MULTIPLE
        assert not planes.shape[2] % MULTIPLE
        cement, leak = truth.astype(int)
        assert (leak <= cement + 1).all()  # of the same pixel, each rounded
        open_ = planes[PLANES.index("open")] > STEPS_PER_UNIT // 2
        sure, none = (cement == SURE) & open_, (cement == 0) & open_
        if sure.sum() > 100:
            contrast = planes[PLANES.index("contrast")]
            dark.append(float(contrast[sure].mean() - contrast[none].mean()) / STEPS_PER_UNIT)
    # cement lies where its picture is dark: the truth is in the picture's place
    assert len(dark) > 3
    assert np.median(dark) > 0.5
