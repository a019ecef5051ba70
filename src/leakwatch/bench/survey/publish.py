"""Write a survey's summary, report and figure, and fill a page of the documentation with them."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from leakwatch.bench.survey.ledger import SurveyError, read_records, read_seed
from leakwatch.bench.survey.picture import draw_figure
from leakwatch.bench.survey.summarise import Summary, summarise
from leakwatch.bench.survey.tables import CHIEF, report

BEGIN, END = "<!-- survey: begin -->", "<!-- survey: end -->"
_FIGURE = "operating-point.svg"


def write_reports(folder: Path) -> Path:
    """Write summary.json, report.md and the figure beside the records; give the report's path.

    Raises
    ------
    SurveyError
        The folder holds no survey.
    """
    summary = summarise(read_records(folder), read_seed(folder))
    text = TypeAdapter(Summary).dump_json(summary, indent=1).decode()
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    (folder / _FIGURE).write_text(draw_figure(summary), encoding="utf-8")
    page = folder / "report.md"
    page.write_text(report(summary, _FIGURE), encoding="utf-8")
    return page


def publish(folder: Path, page: Path) -> None:
    """Put the report between the page's markers, and the figure into `images` beside it.

    Raises
    ------
    SurveyError
        The folder holds no survey, or the page has not the two markers once each, in order.
    """
    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{page}: cannot be read ({error.__class__.__name__})"
        raise SurveyError(msg) from error
    begin, end = text.find(BEGIN), text.find(END)
    if not 0 <= begin < end or text.count(BEGIN) != 1 or text.count(END) != 1:
        msg = f"{page}: needs the lines {BEGIN} and {END}, once each"
        raise SurveyError(msg)
    summary = summarise(read_records(folder), read_seed(folder))
    figure = page.parent / "images" / _FIGURE
    figure.parent.mkdir(exist_ok=True)
    figure.write_text(draw_figure(summary), encoding="utf-8")
    filled = report(summary, f"images/{_FIGURE}", CHIEF)
    page.write_text(f"{text[: begin + len(BEGIN)]}\n{filled}{text[end:]}", encoding="utf-8")
