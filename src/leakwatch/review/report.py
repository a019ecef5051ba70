"""Assemble the page: one file that needs nothing else, written piece by piece."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path

from leakwatch.notice import RESEARCH_USE
from leakwatch.results.atomic import new_file
from leakwatch.review.budget import Reduction, choose_reduction, fits
from leakwatch.review.embed import base64_text, digest, escape, json_text, table_json
from leakwatch.review.gather import RunFiles, Study, arrange, read_runs
from leakwatch.review.spooled import iter_frames, spooled_bytes

SCRIPTS = (
    "words.js",
    "data.js",
    "space.js",
    "pictures.js",
    "guides.js",
    "pane.js",
    "plot.js",
    "timeline.js",
    "viewer.js",
    "leaks.js",
    "pen.js",
    "sketch.js",
    "about.js",
    "summary.js",
    "start.js",
)
STYLES = ("page.css", "space.css")
_SLOT = re.compile(r"<!--\[(\w+)\]-->")
_SAMPLES_PER_RUN = 3


def write_report(out: Path, version: str) -> Path:
    """Write ``OUT/report.html`` from the results in `out`.

    Frames pass through one at a time; the page appears only once it is complete.

    Raises
    ------
    OSError
        It cannot be written.
    """
    path = out / "report.html"
    runs = read_runs(out)
    reduction = _reduction(runs)
    with new_file(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        for piece in _pieces(runs, arrange(out, runs), version, reduction):
            file.write(piece)
    return path


def _pieces(
    runs: Sequence[RunFiles], studies: Sequence[Study], version: str, reduction: Reduction | None
) -> Iterator[str]:
    style, script = "".join(map(page_file, STYLES)), page_script()
    slots = {
        "version": html.escape(version),
        "research_use": html.escape(RESEARCH_USE),
        "policy": f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'",
        "style": style,
        "script": script,
    }
    for number, text in enumerate(_SLOT.split(page_file("page.html"))):
        if number % 2 == 0:
            yield text
        elif text == "data":
            yield from _data(runs, studies, version, reduction)
        elif text == "frames":
            for run in runs:
                yield from _frames(run, reduction)
        else:
            yield slots[text]


def page_file(name: str) -> str:
    """Read one of the page's own files."""
    return (files("leakwatch.review") / "page" / name).read_text(encoding="utf-8")


def page_script() -> str:
    """Join the page's scripts, in order, in a scope of their own."""
    return '"use strict";(() => {\n' + "\n".join(page_file(name) for name in SCRIPTS) + "})();\n"


def _data(
    runs: Sequence[RunFiles], studies: Sequence[Study], version: str, reduction: Reduction | None
) -> Iterator[str]:
    content = {
        "version": version,
        "research_use": RESEARCH_USE,
        "reduced": None if reduction is None else {"scale": reduction.scale, "quality": reduction.quality},
        "studies": [
            {
                "uid": study.uid,
                "groups": [
                    {
                        "runs": group.keys,
                        "offsets_s": group.offsets_s,
                        "pair": group.pair,
                        "fused": group.fused,
                        "scene": group.scene,
                    }
                    for group in study.groups
                ],
                "leaks": study.leaks,
            }
            for study in studies
        ],
        "runs": [
            {
                "key": run.key,
                "row": dict(run.row),
                "results": run.folder is not None,
                "run": run.run,
                "leaks": run.leaks,
                "view": run.view,
            }
            for run in runs
        ],
    }
    yield f'<script type="application/json" id="report">{json_text(content)}</script>\n'
    for run in runs:
        if run.folder is not None:
            yield f'<script type="application/json" id="rows-{run.key}">'
            yield from table_json(run.folder / "frames.csv")
            yield "</script>\n"


def _frames(run: RunFiles, reduction: Reduction | None) -> Iterator[str]:
    """One element per frame: a line of JSON to draw, a line of base64 JPEG to show."""
    if run.folder is None:
        return
    for one in iter_frames(run.folder / "review"):
        jpeg = one.jpeg if reduction is None else reduction.apply(one.jpeg)
        yield f'<script type="text/plain" id="{run.key}-{int(one.frame)}">'
        yield f"{escape(one.drawing)}\n{base64_text(jpeg)}</script>\n"


def _reduction(runs: Sequence[RunFiles]) -> Reduction | None:
    kept = [(run.folder / "review", run.view) for run in runs if run.folder is not None]
    limits = [view["max_megabytes"] for _, view in kept if _is_number(view.get("max_megabytes"))]
    sizes = [spooled_bytes(folder) for folder, _ in kept]
    pictures, other = sum(one for one, _ in sizes), sum(one for _, one in sizes)
    if not limits or fits(pictures, other, min(limits) * 1e6):
        return None
    samples: list[bytes] = []
    for folder, view in kept:
        step = max(1, int(view.get("frames") or 1) // _SAMPLES_PER_RUN)
        some = islice(iter_frames(folder), 0, step * _SAMPLES_PER_RUN, step)
        samples += [one.jpeg for one in some]
    return choose_reduction(samples, pictures, other, min(limits) * 1e6)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value > 0
