"""A campaign's figures as a page of Markdown, and that page put into the documentation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from leakwatch.bench.fuzz.ledger import Batch, Known, read_batches, read_plan, read_shrunk
from leakwatch.bench.fuzz.recipe import to_text
from leakwatch.bench.fuzz.verdict import Finding, Kind
from leakwatch.bench.fuzz.watch import FuzzError

BEGIN, END = "<!-- fuzz: begin -->", "<!-- fuzz: end -->"
_COMMAND = "python -m leakwatch.bench.fuzz"


def make_report(folder: Path) -> str:
    """Write the report of a campaign.

    Raises
    ------
    FuzzError
        The folder holds none.
    """
    plan, batches = read_plan(folder), read_batches(folder)
    tried, read = sum(batch.tried for batch in batches), sum(batch.read for batch in batches)
    seconds = sum(batch.seconds for batch in batches)
    classes = _classes(batches)
    smallest = {known.finding: known for known in read_shrunk(folder)}
    counted = Counter(known.finding for batch in batches for known in batch.findings)
    lines = [
        f"`{_COMMAND} --seed {plan.seed}`, revision {', '.join(plan.revisions)}.",
        "",
        "| inputs tried | per second and job | read | refused | classes of refusal | findings |",
        "|---:|---:|---:|---:|---:|---:|",
        f"| {tried:,} | {tried / max(seconds, 1e-9):.0f} | {read:,} | {tried - read:,} | {len(classes)} "
        f"| {len(counted)} |",
        "",
        *_findings(counted, smallest),
        "| class of refusal | inputs |",
        "|---|---:|",
        *(f"| {_cell(text)} | {count:,} |" for text, count in classes.most_common()),
    ]
    return "\n".join(lines) + "\n"


def publish(folder: Path, page: Path) -> None:
    """Put the report between the page's markers.

    Raises
    ------
    FuzzError
        The folder holds no campaign, or the page has not the two markers once each, in order.
    """
    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{page}: cannot be read ({type(error).__name__})"
        raise FuzzError(msg) from error
    begin, end = text.find(BEGIN), text.find(END)
    if not 0 <= begin < end or text.count(BEGIN) != 1 or text.count(END) != 1:
        msg = f"{page}: needs the lines {BEGIN} and {END}, once each"
        raise FuzzError(msg)
    page.write_text(f"{text[: begin + len(BEGIN)]}\n{make_report(folder)}{text[end:]}", encoding="utf-8")


def _classes(batches: tuple[Batch, ...]) -> Counter[str]:
    classes: Counter[str] = Counter()
    for batch in batches:
        classes.update(dict(batch.classes))
    return classes


def _findings(counted: Counter[Finding], smallest: dict[Finding, Known]) -> list[str]:
    if not counted:
        return ["Nothing was found.", ""]
    order = list(Kind)
    rows = []
    for finding in sorted(counted, key=lambda one: (order.index(one.kind), one.what)):
        recipe = f"`{_cell(to_text(smallest[finding].recipe))[:300]}`" if finding in smallest else ""
        rows.append(f"| {finding.kind} | {_cell(finding.what)} | {counted[finding]} | {recipe} |")
    return ["| finding | what | inputs | smallest recipe |", "|---|---|---:|---|", *rows, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
