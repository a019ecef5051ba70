from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from leakwatch.imaging.field import state as field

from .machine import Lead, Played, Scene, circle, play, rectangle, run_of, shoot, with_chain

CHAINS = [
    {"relationship": "LIN", "bits_stored": 12},
    {"relationship": "LIN", "bits_stored": 12, "sign": -1, "photometric": "MONOCHROME1"},
    {"relationship": "LIN", "bits_stored": 8},
    {"relationship": "LOG", "bits_stored": 10},
    {"relationship": "LOG", "bits_stored": 8, "sign": -1, "photometric": "MONOCHROME1"},
    {"relationship": "DISP", "bits_stored": 8},
    {"relationship": "DISP", "bits_stored": 12, "sign": -1},
]
SHAPES: dict[str, Callable[[tuple[int, int]], Lead]] = {
    "rectangle": lambda shape: rectangle(shape, 30, 158, 22, 165),
    "turned": lambda shape: rectangle(shape, 30, 158, 22, 165, turned_deg=4),
    "left": lambda shape: rectangle(shape, left=45),
    "slanting": lambda shape: rectangle(shape, top=45, bottom=150, turned_deg=-3),
    "narrow": lambda shape: rectangle(shape, left=6, right=187),
    "circle": lambda shape: circle(shape, 96, 98, 82),
    "intensifier": lambda shape: circle(shape, 95.5, 95.5, 105),
    "copper": lambda shape: rectangle(shape, 34, 154, penumbra_px=10, leakage=0.1),
}


def name(chain: dict[str, object]) -> str:
    return f"{chain['relationship']}-{chain['bits_stored']}-{chain.get('sign', 1)}"


def error_px(played: Played, lead: Lead, index: int = -1) -> float:
    """How far the found edge lies from the true one anywhere, either way, but for what is blind anyway."""
    masks = played.state.masks
    covered = np.zeros(lead.beyond_px.shape, np.bool_)
    for mask in (masks.bare, masks.painted):
        covered |= mask if mask is not None else False
    missed = played.after[index].valid & (lead.beyond_px > 0)
    inwards = -float(lead.beyond_px[covered].min()) if covered.any() else 0.0
    return max(inwards, float(lead.beyond_px[missed].max(initial=0.0)))


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("chain", CHAINS, ids=name)
def test_edges_are_found_to_three_pixels_from_the_first_frame_on(
    spine: Scene, chain: dict[str, object], shape: str
) -> None:
    scene = with_chain(spine, **chain)
    lead = SHAPES[shape](scene.shape)
    played = play(run_of(scene, 1), shoot(scene, lambda _: lead, 1))
    assert error_px(played, lead) <= 3.0
    # the margin is no more than the blur asks for
    deep_px = 6.0 + 10.0 * (shape == "copper")
    assert np.mean(played.lost(0)[lead.beyond_px < -deep_px]) <= 0.005


@pytest.mark.parametrize(
    ("shape", "nepers"),
    [("circle", 0.5), ("circle", 2.5), ("whole", 0.5), ("whole", 2.5), ("intensifier", 1.5)],
)
def test_a_round_field_is_known_by_its_roundness_where_scatter_slopes_under_its_corners(
    spine: Scene, shape: str, nepers: float
) -> None:
    shapes = SHAPES | {"whole": lambda shape: circle(shape, 95.5, 95.5, 94)}
    thicker = np.exp(-nepers * np.arange(192, dtype=np.float32) / 192)
    detector = spine.config.detector.model_copy(update={"scatter_to_primary": 1.4})
    scene = replace(
        spine,
        primaries=tuple(primary * thicker for primary in spine.primaries),
        config=spine.config.model_copy(update={"detector": detector}),
    )
    lead = shapes[shape](scene.shape)
    played = play(run_of(scene, 1), shoot(scene, lambda _: lead, 1))
    assert played.state.followed.blades.circle is not None
    assert error_px(played, lead) <= 3.0


@pytest.mark.parametrize("relationship", ["LOG", "DISP"])
def test_the_way_back_to_intensity_changes_nothing(spine: Scene, relationship: str) -> None:
    scene = with_chain(spine, relationship=relationship, bits_stored=12)
    lead = SHAPES["rectangle"](scene.shape)
    played = play(run_of(scene, 1, with_lut=True), shoot(scene, lambda _: lead, 1))
    assert error_px(played, lead) <= 3.0


@pytest.mark.parametrize("chain", CHAINS, ids=name)
def test_an_open_picture_is_left_alone(spine: Scene, chain: dict[str, object]) -> None:
    scene = with_chain(spine, **chain)
    played = play(run_of(scene, 3), shoot(scene, lambda _: None, 3))
    assert all(after is before for before, after in zip(played.before, played.after, strict=True))


@pytest.mark.parametrize("step_px", [3.0, -3.0])
def test_a_moving_blade_is_followed(spine: Scene, step_px: float) -> None:
    first = 20.0 if step_px > 0 else 65.0
    leads = [rectangle(spine.shape, left=first + step_px * index) for index in range(14)]
    stored = shoot(spine, lambda index: leads[index], 14)
    run = run_of(spine, 14)
    for count in (5, 9, 14):
        played = play(run, stored[:count])
        assert error_px(played, leads[count - 1]) <= 3.0 + abs(step_px)


def test_a_blade_that_comes_in_later_is_found_within_two_frames(spine: Scene) -> None:
    lead = rectangle(spine.shape, right=140)
    stored = shoot(spine, lambda index: lead if index >= 4 else None, 8)
    played = play(run_of(spine, 8), stored)
    assert not played.lost(3).any()
    assert error_px(played, lead, 5) <= 3.0


def test_a_blade_that_leaves_gives_the_picture_back(spine: Scene) -> None:
    lead = rectangle(spine.shape, right=140)
    stored = shoot(spine, lambda index: lead if index < 4 else None, 12)
    played = play(run_of(spine, 12), stored)
    assert played.lost(3).any()
    assert not played.lost(11).any()


def test_a_standing_blade_does_not_flicker(spine: Scene) -> None:
    lead = SHAPES["turned"](spine.shape)
    played = play(run_of(spine, 20), shoot(spine, lambda _: lead, 20))
    assert all(np.array_equal(played.lost(0), played.lost(index)) for index in range(20))


def test_a_painted_shutter_is_found_with_what_is_printed_on_it(spine: Scene) -> None:
    from .machine import Print, stamp

    run, lead = run_of(spine, 2), circle(spine.shape, 96, 96, 70)
    stored = []
    for frame in shoot(spine, lambda _: None, 2):
        frame.pixels[lead.beyond_px > 0] = 500  # some grey, darker than the picture, and no extreme
        stored.append(stamp(frame, run, [Print("120 kV", 4, 12, light=True)], 0.35)[0])
    played = play(run, stored)
    assert not played.after[1].valid[lead.beyond_px > 1].any()
    assert played.after[1].valid[lead.beyond_px < -6].all()


def test_shares_and_a_blade_the_tags_do_not_state_are_told(spine: Scene) -> None:
    lead = rectangle(spine.shape, left=48)
    played = play(run_of(spine, 4), shoot(spine, lambda _: lead, 4))
    summary = field.finish(played.state)
    assert summary.first is not None
    assert summary.first.tags == 0.0
    assert summary.first.picture == pytest.approx(0.25, abs=0.03)
    assert summary.first.all == summary.first.picture
    assert any("tags say nothing" in text for text in summary.warnings)


def test_stale_tags_are_followed_and_told(spine: Scene) -> None:
    stale = rectangle(spine.shape, left=40).beyond_px > 0
    played = play(run_of(spine, 4, shutter=stale), shoot(spine, lambda _: None, 4))
    assert any("may be stale" in text for text in field.finish(played.state).warnings)
    assert not played.after[3].valid[stale].any()


def test_tags_that_agree_are_not_spoken_of(spine: Scene) -> None:
    lead = rectangle(spine.shape, left=40)
    run = run_of(spine, 4, shutter=lead.beyond_px > 0)
    assert field.finish(play(run, shoot(spine, lambda _: lead, 4)).state).warnings == ()


@pytest.mark.slow
@pytest.mark.parametrize("view", [0, 1])
@pytest.mark.parametrize(
    "case", ["leak-lateral", "thoracolumbar-ribs", "sacrum-quiet", "femur-quiet", "nuisance-table"]
)
def test_no_patient_is_taken_for_a_blade_or_for_text(
    preset: Callable[..., Scene], case: str, view: int
) -> None:
    scene = preset(case, 2, view, 3)
    played = play(run_of(scene, 3), shoot(scene, lambda _: None, 3))
    assert np.mean(played.lost(2)) <= 0.002
