from __future__ import annotations

import base64
import hashlib
import json
import re
import tracemalloc
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from leakwatch.config.report import ReportConfig
from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import AnalysedRun
from leakwatch.review.jpeg import decode
from leakwatch.review.report import write_report

from .conftest import HOSTILE


class Elements(HTMLParser):
    """Start tags with attributes, and the text of each script by its id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self._open: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = str(dict(attrs).get("id", "")) if tag == "script" else tag if tag == "style" else None

    def handle_endtag(self, tag: str) -> None:
        self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self.scripts[self._open] = self.scripts.get(self._open, "") + data


def read(out: Path) -> Elements:
    return Elements(write_report(out, "1.2.3").read_text(encoding="utf-8"))


def test_the_page_holds_every_frame(biplane: Path) -> None:
    page = read(biplane)
    assert {name for name in page.scripts if re.fullmatch(r"r0-\d+", name)} == {f"r0-{n}" for n in range(60)}
    assert {name for name in page.scripts if re.fullmatch(r"r1-\d+", name)} == {f"r1-{n}" for n in range(30)}
    drawing, picture = page.scripts["r0-40"].split("\n")
    assert json.loads(drawing)["leak"]
    assert decode(base64.b64decode(picture)).shape == (96, 96)


def test_planes_recorded_together_are_one_group_and_rows_are_complete(biplane: Path) -> None:
    page = read(biplane)
    report = json.loads(page.scripts["report"])
    (study,) = report["studies"]
    (group,) = study["groups"]
    assert (group["runs"], group["offsets_s"]) == (["r0", "r1"], [0.0, 0.0])
    assert (group["fused"]["state"], group["fused"]["alarm"]["frame"]) == ("alarm", 40)
    assert group["scene"]["bone_box_reason"].startswith("the views are only")
    names, *rows = json.loads(page.scripts["rows-r0"])
    assert len(rows) == 60
    assert rows[40][names.index("state")] == "alarm"
    assert rows[0][names.index("evidence")] is None


def test_text_of_files_cannot_become_markup(biplane: Path) -> None:
    clean = {"html", "head", "meta", "title", "style", "body", "header", "p", "b", "span", "button", "kbd"}
    clean |= {"main", "noscript", "section", "h1", "h2", "div", "dialog", "dl", "dt", "dd", "form", "script"}
    page = read(biplane)
    assert {tag for tag, _ in page.tags} <= clean
    assert sum(tag == "script" and "id" not in attrs for tag, attrs in page.tags) == 1
    report = json.loads(page.scripts["report"])
    assert report["runs"][2]["row"]["error"] == HOSTILE
    assert HOSTILE in report["runs"][0]["run"]["warnings"]


def test_a_hostile_version_is_text(biplane: Path) -> None:
    text = write_report(biplane, HOSTILE).read_text(encoding="utf-8")
    assert HOSTILE not in text
    assert "&lt;/script&gt;" in text


def test_nothing_comes_from_elsewhere(biplane: Path) -> None:
    page = read(biplane)
    loads = {"src", "href", "srcset", "action", "data", "poster"}
    assert [attrs for _, attrs in page.tags if loads & attrs.keys()] == []
    code = page.scripts[""] + page.scripts["style"]
    addresses = set(re.findall(r"\b(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", code))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\((?!#)|\beval\(|innerHTML|insertAdjacentHTML|document\.write", code)


def test_the_policy_allows_this_script_and_style_only(biplane: Path) -> None:
    page = read(biplane)
    policy = next(
        str(attrs["content"]) for tag, attrs in page.tags if tag == "meta" and "http-equiv" in attrs
    )
    for text, source in ((page.scripts[""], "script-src"), (page.scripts["style"], "style-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_statement_of_research_use_stands_without_scripts(biplane: Path) -> None:
    text = write_report(biplane, "1.2.3").read_text(encoding="utf-8")
    assert f">{RESEARCH_USE}</p>" in text
    assert "version 1.2.3" in text


def test_a_page_over_its_limit_keeps_all_frames_and_says_so(
    tmp_path: Path, write_result: Callable[..., AnalysedRun], write_out: Callable[..., Path]
) -> None:
    config = ReportConfig(max_megabytes=0.12)
    whole = write_out([write_result(tmp_path / "out", "1.2.3", config=config)])
    page = read(whole)
    reduced = json.loads(page.scripts["report"])["reduced"]
    assert reduced is not None
    assert sum(bool(re.fullmatch(r"r0-\d+", name)) for name in page.scripts) == 60


def test_the_page_is_never_in_memory(
    tmp_path: Path, write_result: Callable[..., AnalysedRun], write_out: Callable[..., Path]
) -> None:
    out = write_out([write_result(tmp_path / "out", "1.2.3", frames=60)])
    with (out / "runs" / "1.2.3" / "review" / "frames.jpgs").open("ab") as file:
        # 60 pictures of 100 kB each
        for _ in range(60):
            file.write(b"\xff" * 100_000)
    lines = (out / "runs" / "1.2.3" / "review" / "frames.jsonl").read_text().splitlines()
    entries = [json.loads(line) | {"bytes": 100_000} for line in lines]
    text = "\n".join(json.dumps(entry) for entry in entries)
    (out / "runs" / "1.2.3" / "review" / "frames.jsonl").write_text(text)
    tracemalloc.start()
    try:
        path = write_report(out, "0")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 7e6
    assert peak < 2e6


def test_the_old_page_stays_until_the_new_one_is_whole(
    biplane: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = biplane / "report.html"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("leakwatch.review.report.base64_text", fail)
    with pytest.raises(OSError, match="disk full"):
        write_report(biplane, "0")
    assert path.read_text() == "old"
    assert sorted(entry.name for entry in biplane.iterdir()) == [
        "cases.json",
        "index.csv",
        "report.html",
        "runs",
    ]


@pytest.mark.parametrize(
    "gone", ["frames.csv", "events.json", "run.json", "review/view.json", "review/frames.jsonl"]
)
def test_a_missing_file_is_no_fault(biplane: Path, gone: str) -> None:
    (biplane / "runs" / "1.2.3" / gone).unlink()
    assert len(json.loads(read(biplane).scripts["report"])["runs"]) == 3


@pytest.mark.parametrize(
    "text", ["[1]", "{", '{"cases": [1, {"pairs": [2]}], "leaks": {}}', '{"cases": NaN}']
)
def test_broken_cases_leave_the_runs_alone(biplane: Path, text: str) -> None:
    (biplane / "cases.json").write_text(text)
    (study,) = json.loads(read(biplane).scripts["report"])["studies"]
    assert [group["runs"] for group in study["groups"]] == [["r0"], ["r1"]]


def test_a_name_that_leads_elsewhere_is_not_followed(biplane: Path) -> None:
    index = biplane / "index.csv"
    index.write_text(index.read_text().replace("1.2.4,1.2,", "../1.2.3,1.2,", 1))
    runs = json.loads(read(biplane).scripts["report"])["runs"]
    assert [run["results"] for run in runs] == [True, False, False]


def test_an_empty_folder_gives_an_empty_page(tmp_path: Path) -> None:
    assert json.loads(read(tmp_path).scripts["report"])["studies"] == []
