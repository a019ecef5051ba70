"""Guides between two views and the sketch in space, in a real browser, held against the geometry."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leakwatch.geometry import epipolar_xy_px, xy_px_from_lps
from leakwatch.nouns import AnalysedRun, CArm, Plane, PoseError
from leakwatch.review.report import write_report

from .chromium import Page, executable
from .conftest import SIDE
from .test_page import PIXELS

pytestmark = [
    pytest.mark.ui,
    pytest.mark.slow,
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]

# Half a matrix pixel matters here: 96 pixels of 0.6 mm.
AP, OBLIQUE = CArm(0.0, 0.0, 1100.0, 720.0, (0.6, 0.6)), CArm(70.0, 15.0, 1100.0, 720.0, (0.6, 0.6))
PLACE = (4.0, -6.0, 8.0)
# Yellow (x, y) of an overlay in matrix pixels: the half pixel between edge and centre taken off again.
YELLOW = f"""(at) => {{
  const pane = document.querySelectorAll(".pane")[at], canvas = pane.querySelector(".overlay");
  const data = ({PIXELS})(canvas), found = [];
  for (let y = 0; y < canvas.height; y += 1) for (let x = 0; x < canvas.width; x += 1) {{
    const i = 4 * (y * canvas.width + x);
    if (data[i] > 200 && data[i + 1] > 190 && data[i + 2] < 110 && data[i + 3] > 200)
      found.push([(x + 0.5) / canvas.width * {SIDE} - 0.5, (y + 0.5) / canvas.height * {SIDE} - 0.5]);
  }}
  return found;
}}"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with Page(tmp_path_factory.mktemp("profile"), 1280, 900) as browser:
        yield browser


@pytest.fixture
def two(
    tmp_path: Path, write_result: Callable[..., AnalysedRun], write_out: Callable[..., Path]
) -> Callable[..., Path]:
    """Results of two planes, an alarm in A."""

    def write(second: CArm = OBLIQUE) -> Path:
        out = tmp_path / "out"
        a = write_result(out, "1.2.3", alarm=40, plane=Plane.A, partners=("1.2.4",), geometry=AP)
        b = write_result(out, "1.2.4", plane=Plane.B, partners=("1.2.3",), geometry=second)
        return write_out([a, b])

    return write


@pytest.fixture
def opened(browser: Page, two: Callable[..., Path]) -> Iterator[Page]:
    browser.complaints.clear()
    browser.open(write_report(two(), "1.2.3").as_uri())
    browser.wait("document.querySelectorAll('.pane')[1].dataset.frame !== undefined")
    browser.ask("document.querySelector('.panes').scrollIntoView({block: 'center', behavior: 'instant'})")
    # marks and contours off, so that all that is yellow is a guide
    for layer in "oclm":
        browser.press(layer)
    yield browser
    assert browser.complaints == []


def window_xy(page: Page, at: int, pixel: np.ndarray) -> tuple[float, float]:
    """Where in the window a pixel of a picture is."""
    box = page.ask(
        f"(() => {{ const r = document.querySelectorAll('.pane .stage')[{at}].getBoundingClientRect();"
        " return [r.left, r.top, r.width, r.height]; })()"
    )
    x, y = (pixel + 0.5) / SIDE
    return box[0] + x * box[2], box[1] + y * box[3]


def yellow(page: Page, at: int) -> np.ndarray:
    page.ask("new Promise((done) => setTimeout(done, 100))")
    return np.array(page.ask(f"({YELLOW})({at})")).reshape(-1, 2)


def note(page: Page) -> str:
    return str(page.ask("document.querySelector('.guide-note').textContent"))


def click(page: Page, at: int, arm: CArm) -> None:
    page.click(*window_xy(page, at, xy_px_from_lps(PLACE, arm, SIDE, SIDE)))


def fitted(out: Path) -> CArm:
    """The second view as the results say that it stands, which the files do not."""
    pose = json.loads((out / "cases.json").read_text())["cases"][0]["pairs"][0]["pose"]
    error = PoseError(tuple(pose["turn_deg"]), tuple(pose["shift_mm"]))
    stated, found = (
        xy_px_from_lps(PLACE, replace(OBLIQUE, pose_error=one), SIDE, SIDE) for one in (None, error)
    )
    assert np.abs(stated - found).max() > 0.6, "too little for a guide to show"
    return replace(OBLIQUE, pose_error=error)


@pytest.mark.parametrize("at", [0, 1])
def test_the_pointer_draws_the_epipolar_line_in_the_other_view(opened: Page, tmp_path: Path, at: int) -> None:
    arms = (AP, fitted(tmp_path / "out"))
    arm, other = arms[at], arms[1 - at]
    pixel = xy_px_from_lps(PLACE, arm, SIDE, SIDE)
    opened.hover(*window_xy(opened, at, pixel))
    drawn = yellow(opened, 1 - at)
    line = epipolar_xy_px(pixel, arm, (SIDE, SIDE), other, (SIDE, SIDE), 150.0)
    inside = line[((line >= 0) & (line <= SIDE - 1)).all(axis=1)]
    assert len(inside) > 30
    along = (line[-1] - line[0]) / np.linalg.norm(line[-1] - line[0])
    off = np.abs((drawn - line[0]) @ [-along[1], along[0]])
    assert off.max() < 0.4  # all that is drawn lies on the line
    reached = np.sqrt(((inside[:, None] - drawn[None]) ** 2).sum(axis=2))
    assert reached.min(axis=1).max() < 0.6  # and all of the line in the picture is drawn
    # where it was pointed at is ringed
    assert np.abs(yellow(opened, at).mean(axis=0) - pixel).max() < 0.5


def test_a_point_kept_in_both_views_has_a_place_in_space(opened: Page, tmp_path: Path) -> None:
    second = fitted(tmp_path / "out")
    click(opened, 0, AP)
    assert "Point at a picture" in note(opened)
    click(opened, 1, second)
    said = note(opened)
    numbers = [float(one) for one in re.findall(r"(\d+\.\d) mm", said)]
    assert re.search(r"mm left, .* mm anterior, .* mm towards the head", said), said
    # a click is good to a pixel of the window
    assert numbers[:3] == pytest.approx(np.abs(PLACE), abs=0.4)
    assert numbers[3] < 0.4
    # the same click lets go, and Escape of all
    click(opened, 1, second)
    assert "Point at a picture" in note(opened)
    opened.press("Escape")
    assert len(yellow(opened, 0)) == len(yellow(opened, 1)) == 0


def test_guides_can_be_taken_off(opened: Page) -> None:
    click(opened, 0, AP)
    assert len(yellow(opened, 1)) > 0
    opened.press("g")
    assert len(yellow(opened, 1)) == 0
    opened.press("g")
    assert len(yellow(opened, 1)) > 0
    opened.press("Escape")


def test_what_lies_outside_the_other_picture_is_said(browser: Page, two: Callable[..., Path]) -> None:
    narrow = CArm(90.0, 0.0, 1100.0, 720.0, (0.3, 0.3))
    browser.open(write_report(two(narrow), "1.2.3").as_uri())
    browser.wait("document.querySelectorAll('.pane')[1].dataset.frame !== undefined")
    pixel = np.array([50.0, 6.0])
    shown = epipolar_xy_px(pixel, AP, (SIDE, SIDE), narrow, (SIDE, SIDE), 150.0)
    assert (shown[:, 1] < -0.5).all()
    browser.ask("document.querySelector('.panes').scrollIntoView({block: 'center', behavior: 'instant'})")
    browser.click(*window_xy(browser, 0, pixel))
    assert note(browser) == "What Plane A shows there lies outside the other picture."


def test_the_sketch_shows_bone_beams_and_turns(opened: Page) -> None:
    opened.wait("document.querySelector('.sketch').dataset.painted === 'yes'")
    facts = opened.ask("document.querySelector('.space .facts').textContent")
    assert re.search(r"\d+ . \d+ . \d+ mm wide, deep and high", facts), facts
    assert "no needle was found" in facts
    picture = "document.querySelector('.sketch').toDataURL()"
    before = opened.ask(picture)
    opened.ask("document.querySelector('.sketch').focus()")
    frame = opened.ask("document.querySelector('.pane').dataset.frame")
    opened.press("ArrowLeft")
    assert opened.ask(picture) != before
    assert opened.ask("document.querySelector('.pane').dataset.frame") == frame
    opened.ask("document.querySelector('.space button').click()")
    assert opened.ask(picture) != before


def test_both_planes_have_one_verdict_with_the_other_word_beside_it(opened: Page) -> None:
    said = opened.ask("document.querySelector('.together').textContent")
    assert said.startswith("Together Alarm at 5.33\N{NO-BREAK SPACE}s by Plane A; Plane B could not show it")


def test_without_geometry_there_are_no_guides_and_it_is_said(browser: Page, two: Callable[..., Path]) -> None:
    browser.open(write_report(two(CArm()), "1.2.3").as_uri())
    assert note(browser) == "No guides between the views: the geometry of Plane B is not known."
    assert browser.ask("document.querySelector('.space')") is None
    assert browser.ask("document.querySelector('.layer.guides')") is None
