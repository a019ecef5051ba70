"""The page in a real browser: what is shown is what was analysed, frame by frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leakwatch.nouns import AnalysedRun, Plane, Reason
from leakwatch.review.report import write_report

from .chromium import Page, executable

pytestmark = [
    pytest.mark.ui,
    pytest.mark.slow,
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]

# A copy is read, so that the page's own canvas stays as it is.
PIXELS = """(canvas) => {
  const all = new OffscreenCanvas(canvas.width, canvas.height);
  const copy = all.getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height).data;
}"""
NUMBER_ON_PICTURE = f"""(run) => {{
  const canvas = document.querySelector(`.pane[data-run="${{run}}"] .picture`);
  const data = ({PIXELS})(canvas);
  let number = 0;
  for (let bit = 0; bit < 8; bit += 1) {{
    const x = Math.round(((bit + 0.5) * 12 / 96) * canvas.width), y = Math.round((6 / 96) * canvas.height);
    if (data[4 * (y * canvas.width + x)] < 100) number += 1 << bit;
  }}
  return number;
}}"""
COUNT_BITMAPS = """
window.bitmaps = { now: 0, most: 0, ever: 0 };
const make = window.createImageBitmap, close = ImageBitmap.prototype.close;
window.createImageBitmap = async (...given) => {
  const bitmap = await make(...given);
  window.bitmaps.ever += 1;
  window.bitmaps.now += 1;
  window.bitmaps.most = Math.max(window.bitmaps.most, window.bitmaps.now);
  return bitmap;
};
ImageBitmap.prototype.close = function () { window.bitmaps.now -= 1; close.call(this); };
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with Page(tmp_path_factory.mktemp("profile")) as browser:
        browser.before(COUNT_BITMAPS)
        yield browser


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    browser.open("about:blank", ready="true")
    browser.complaints.clear()
    browser.size(1280, 900)
    yield browser
    assert browser.complaints == []


@pytest.fixture
def opened(page: Page, biplane: Path) -> Page:
    page.open(write_report(biplane, "1.2.3").as_uri())
    page.wait("document.querySelectorAll('.pane')[1].dataset.frame !== undefined")
    return page


def frames(page: Page) -> tuple[int, int]:
    """What both planes say that they show; first let all decoding come to an end."""
    page.ask("new Promise((done) => setTimeout(done, 150))")
    a, b = page.ask("[...document.querySelectorAll('.pane')].map((pane) => Number(pane.dataset.frame))")
    return a, b


def numbers(page: Page) -> tuple[int, int]:
    """What is written on the pictures themselves."""
    return tuple(page.ask(f"['1.2.3', '1.2.4'].map({NUMBER_ON_PICTURE})"))  # type: ignore[return-value]


def box(page: Page, selector: str) -> dict[str, Any]:
    page.ask(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
    found: dict[str, Any] = page.ask(f"document.querySelector({selector!r}).getBoundingClientRect().toJSON()")
    return found


def test_it_opens_at_the_alarm_in_both_planes_at_the_same_time(opened: Page) -> None:
    # 40 / 7.5 s is 5.33 s; of the plane at 3.75 frames/s, frame 20 was taken then
    assert frames(opened) == (40, 20)
    assert numbers(opened) == (40, 20)
    assert opened.ask("document.querySelector('.pane[data-run=\"1.2.3\"]').dataset.state") == "alarm"


def test_steps_are_exact_and_the_other_plane_follows_in_time(opened: Page) -> None:
    opened.press("Home")
    assert frames(opened) == numbers(opened) == (0, 0)
    for step in range(1, 8):
        opened.press("ArrowRight")
        assert frames(opened) == numbers(opened) == (step, step // 2)
    opened.press("ArrowRight", shift=True)
    assert frames(opened) == numbers(opened) == (17, 8)
    opened.press("ArrowLeft")
    assert frames(opened) == numbers(opened) == (16, 8)
    opened.press("End")
    assert frames(opened) == numbers(opened) == (59, 29)
    opened.press("ArrowRight")
    assert frames(opened) == (59, 29)


def test_the_other_plane_can_lead(opened: Page) -> None:
    opened.press("Home")
    opened.press("p")
    opened.press("ArrowRight")
    assert frames(opened) == numbers(opened) == (2, 1)


def test_n_goes_round_onset_and_alarm(opened: Page) -> None:
    opened.press("Home")
    seen = []
    for _ in range(3):
        opened.press("n")
        seen.append(frames(opened)[0])
    assert seen == [36, 40, 36]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_click_on_the_timeline_goes_there(opened: Page, share: float) -> None:
    rectangle = box(opened, ".timeline")
    left, right = 104, 14
    x = rectangle["x"] + left + share * (rectangle["width"] - left - right)
    opened.click(x, rectangle["y"] + 80)
    a, _ = frames(opened)
    assert a == pytest.approx(59 * share, abs=0.6)
    assert numbers(opened)[0] == a


def test_a_drag_on_the_timeline_follows(opened: Page) -> None:
    rectangle = box(opened, ".timeline")
    width = rectangle["width"] - 118
    y = rectangle["y"] + 80
    opened.mouse("mousePressed", rectangle["x"] + 104, y)
    assert frames(opened)[0] == 0
    opened.mouse("mouseMoved", rectangle["x"] + 104 + width / 2, y)
    assert frames(opened)[0] in (29, 30)
    opened.mouse("mouseReleased", rectangle["x"] + 104 + width / 2, y)
    opened.mouse("mouseMoved", rectangle["x"] + 104, y)
    assert frames(opened)[0] in (29, 30)


def test_it_plays_by_the_clock_and_stops_at_the_end(opened: Page) -> None:
    opened.press("End")
    opened.ask(
        "(() => { const s = document.querySelector('select'); s.value = '4'; "
        "s.dispatchEvent(new Event('change')); })()"
    )
    opened.press(" ")
    opened.wait("document.querySelector('.play').title === 'Pause'")
    opened.wait("Number(document.querySelector('.pane').dataset.frame) > 5")
    opened.wait("document.querySelector('.play').title === 'Play'")
    assert frames(opened) == numbers(opened) == (59, 29)


def test_the_alarm_still_is_drawn_with_and_without_contours(opened: Page) -> None:
    opened.wait("document.querySelectorAll('.still[data-painted]').length === 2")
    coloured = opened.ask(
        """[...document.querySelectorAll('.still')].map((canvas) => {
      const data = (PIXELS)(canvas);
      let orange = 0, light = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (data[at] > data[at + 2] + 60) orange += 1;
        if (data[at] > 60) light += 1;
      }
      return [orange, light];
    })""".replace("PIXELS", PIXELS)
    )
    (drawn, _), (plain, light) = coloured
    assert drawn > 100
    assert plain == 0
    assert light > 10_000


def test_layers_can_be_taken_off(opened: Page) -> None:
    painted = f"({PIXELS})(document.querySelector('.pane .overlay')).some(Boolean)"
    assert frames(opened) == (40, 20)
    assert opened.ask(painted) is True
    opened.press("h")
    frames(opened)
    assert opened.ask(painted) is False
    opened.press("l")
    frames(opened)
    assert opened.ask(painted) is True
    assert opened.ask("document.querySelector('.layer.leak input').checked") is True


def test_the_link_of_a_leak_jumps_to_its_frame(opened: Page) -> None:
    opened.press("Home")
    rectangle = box(opened, ".leak-card .strong")
    opened.click(rectangle["x"] + 5, rectangle["y"] + 5)
    assert frames(opened) == (40, 20)


def test_a_fragment_opens_its_frame(opened: Page) -> None:
    opened.ask("void (location.hash = '#1.2.4/7')")
    assert frames(opened) == numbers(opened) == (14, 7)


def test_text_of_files_is_shown_and_never_run(opened: Page) -> None:
    assert opened.ask("window.hacked") is None
    assert "</script><script>" in opened.ask("document.querySelector('tr.failed').textContent")
    assert "<img src=x" in opened.ask("document.querySelector('.warnings').textContent")
    assert "<img src=x" in opened.ask("document.querySelector('.leak-card').textContent")


def test_what_is_on_show_is_said_aloud(opened: Page) -> None:
    opened.press("Home")
    opened.press("n")
    opened.press("n")
    frames(opened)
    said = opened.ask("document.getElementById('live').textContent")
    assert "Plane A: frame 40" in said
    assert "alarm" in said


@pytest.mark.parametrize("width", [1200, 800])
def test_nothing_is_wider_than_the_window(opened: Page, width: int) -> None:
    opened.size(width, 900)
    frames(opened)
    assert opened.ask("document.documentElement.scrollWidth <= innerWidth") is True
    assert opened.ask("document.querySelector('.bar').getBoundingClientRect().top") == 0
    opened.ask("scrollTo(0, 1500)")
    assert opened.ask("document.querySelector('.bar').getBoundingClientRect().top") == 0
    assert opened.ask("document.querySelector('.notice').textContent").startswith("Research use only")


def test_a_run_without_a_decision_says_why_in_words(
    page: Page, tmp_path: Path, write_result: Callable[..., AnalysedRun], write_out: Callable[..., Path]
) -> None:
    lost = write_result(tmp_path / "out", "1.2.3", frames=12, undecided=Reason.NO_OUTLINE, plane=Plane.SINGLE)
    page.open(write_report(write_out([lost]), "0").as_uri())
    said = page.ask("document.querySelector('.verdict').textContent")
    assert "no outline of the treated bone" in said
    assert "not a finding of" in said


@pytest.mark.parametrize("gone", ["frames.csv", "events.json", "run.json", "review/frames.jsonl"])
def test_a_page_with_something_missing_still_opens(page: Page, biplane: Path, gone: str) -> None:
    (biplane / "runs" / "1.2.3" / gone).unlink()
    page.open(write_report(biplane, "0").as_uri())
    assert page.ask("document.querySelectorAll('#summary tbody tr').length") == 3


def test_an_empty_page_opens(page: Page, tmp_path: Path) -> None:
    page.open(write_report(tmp_path, "0").as_uri())
    assert "lists no run" in page.ask("document.getElementById('summary').textContent")


def test_decoded_pictures_do_not_pile_up(
    page: Page, tmp_path: Path, write_result: Callable[..., AnalysedRun], write_out: Callable[..., Path]
) -> None:
    long = write_result(tmp_path / "out", "1.2.3", frames=500, plane=Plane.SINGLE)
    page.open(write_report(write_out([long]), "0").as_uri())
    end = time.monotonic() + 30
    while page.ask("Number(document.querySelector('.pane').dataset.frame)") < 499:
        page.press("ArrowRight", shift=True)
        # time to decode what is likely to come next
        page.ask("new Promise((done) => setTimeout(done, 50))")
        assert time.monotonic() < end
    counts = page.ask("bitmaps")
    assert counts["ever"] > 260
    assert counts["most"] <= 241
    # the first picture is long gone, and comes back
    page.press("Home")
    page.wait("document.querySelector('.pane').dataset.frame === '0'")
    assert page.ask(f"({NUMBER_ON_PICTURE})('1.2.3')") == 0


def test_an_alarm_without_a_recorded_leak_still_has_its_picture(page: Page, biplane: Path) -> None:
    (biplane / "runs" / "1.2.3" / "events.json").unlink()
    page.open(write_report(biplane, "0").as_uri())
    page.wait("document.querySelectorAll('.still[data-painted]').length === 2")
    assert "frame 40" in page.ask("document.querySelector('.leak-card').textContent")
