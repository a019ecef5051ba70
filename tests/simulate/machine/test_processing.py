import numpy as np
import pytest

from leakwatch.simulate.config.processing import ProcessingSection
from leakwatch.simulate.machine.processing import printed, recursive, sharpened


@pytest.mark.parametrize("weight", [0.3, 0.6])
def test_a_recursive_filter_leaves_its_share_of_the_variance(weight: float) -> None:
    config = ProcessingSection(recursive=weight)
    rng, shown = np.random.default_rng(1), None
    for _ in range(40):
        shown = recursive(rng.standard_normal((200, 200)).astype(np.float32), shown, config)
    assert shown is not None
    assert shown.var() == pytest.approx((1 - weight) / (1 + weight), rel=0.03)


def test_the_past_yields_where_something_has_moved_and_nowhere_else() -> None:
    before = np.ones((40, 60), np.float32)
    now = before + 0.01
    now[:, 30:] = 0.5
    blind = recursive(now, before, ProcessingSection(recursive=0.8))
    seeing = recursive(now, before, ProcessingSection(recursive=0.8, recursive_yields_at=0.2))
    assert blind[20, 50] == pytest.approx(0.9)
    assert seeing[20, 50] == pytest.approx(0.5)
    # The weight of the past at a change of a twentieth of what it yields at.
    assert seeing[20, 5] == pytest.approx(1.01 - 0.8 * 0.95 * 0.01, abs=1e-5)


def test_without_a_past_the_frame_is_shown_as_it_is() -> None:
    frame = np.ones((3, 3), np.float32)
    assert recursive(frame, None, ProcessingSection(recursive=0.9)) is frame


def test_sharpening_lifts_an_edge_and_leaves_even_ground() -> None:
    step = np.where(np.arange(60) < 30, np.float32(1.0), np.float32(0.5))[None, :].repeat(40, axis=0)
    out = sharpened(step, ProcessingSection(edge_gain=1.0, edge_px=2.0))
    assert out[20, 5] == pytest.approx(1.0)
    assert out[20, 55] == pytest.approx(0.5)
    assert out.max() > 1.2
    assert out.min() < 0.42


def test_sharpening_does_the_same_in_bright_and_dark() -> None:
    rng = np.random.default_rng(2)
    scene = np.exp(0.1 * rng.standard_normal((30, 30))).astype(np.float32)
    config = ProcessingSection(edge_gain=1.5)
    assert sharpened(scene * 0.1, config) == pytest.approx(0.1 * sharpened(scene, config), rel=1e-4)


def test_text_is_printed_in_the_corner_and_nowhere_else() -> None:
    stored = np.full((128, 160), 300, np.uint16)
    out = printed(stored, ProcessingSection(burned_in_text="FLUORO 12.3"), 1023)
    y, x = np.nonzero(out != stored)
    assert 30 < len(y) < 900
    assert set(out[y, x]) == {1023}
    assert y.max() < 25
    assert x.max() < 110
    assert printed(stored, ProcessingSection(), 1023) is stored
