"""Tell an inspection to a person: a table where the terminal is wide, blocks where it is not."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from leakwatch.inspect.inspection import Entry, Inspection
from leakwatch.inspect.next_step import OUTLINE
from leakwatch.inspect.places import printable, short_name
from leakwatch.inspect.reasons import without_path
from leakwatch.inspect.run_table import run_tables
from leakwatch.inspect.thumbnails import Sheet
from leakwatch.inspect.words import (
    intensity_words,
    kind_words,
    numbers_words,
    partner_words,
    picture_words,
    pixel_words,
    plural,
    time_words,
    view_words,
)
from leakwatch.nouns import Calibration
from leakwatch.source.runs import NotRun

WIDE = 132
"""From so many characters on, runs are told in a table."""
_MOST_LISTED = 10
_VIDEOS = frozenset([".mp4", ".m4v", ".mov", ".avi", ".mkv", ".wmv", ".mpg", ".mpeg"])


def tell(inspection: Inspection, console: Console, sheets: Sequence[Sheet], *, all_files: bool) -> None:
    """Print runs by study, what they cost, what was passed over, and what to type next.

    Parameters
    ----------
    sheets
        Contact sheets that were written.
    all_files
        List every file that was passed over, given twice or ignored.
    """
    teller = _Teller(console, inspection)
    teller.summary()
    teller.runs()
    teller.costs()
    teller.rest(all_files=all_files)
    teller.sheets(sheets)
    teller.next_step()


class _Teller:
    """Words on their way to one console, made safe for it."""

    def __init__(self, console: Console, inspection: Inspection) -> None:
        self._console, self._inspection = console, inspection

    def text(self, words: str, style: str = "") -> Text:
        return Text(printable(words, self._console.encoding), style)

    def line(self, words: str = "", style: str = "") -> None:
        # Names and commands are copied from here, so the terminal folds them and we do not.
        self._console.print(self.text(words, style), soft_wrap=True)

    def head(self, words: str) -> None:
        self.line()
        self.line(words, "bold")

    def summary(self) -> None:
        inspection = self._inspection
        entries = inspection.entries
        runs, frames = plural(len(entries), "run"), sum(entry.run.frames for entry in entries)
        studies = plural(len(inspection.studies), "study", "studies")
        told = f"{runs} in {studies}, {plural(frames, 'frame')}" if entries else "no fluoroscopy run"
        where = f", in {inspection.base}" if inspection.base is not None else ""
        self.line(f"{told}{where}", "bold")

    def runs(self) -> None:
        studies = self._inspection.studies
        width = self._console.width
        tables, needed = run_tables([study.entries for study in studies], width, self.text)
        as_table = width >= WIDE and needed <= width
        for number, study in enumerate(studies, start=1):
            self.head(f"Study {number} of {len(studies)}: {study.study_instance_uid}")
            if as_table:
                self._console.print(tables[number - 1])
                continue
            for entry in study.entries:
                self._block(entry)
        short = {entry.run.intensity.calibration for entry in self._inspection.entries}
        if as_table and short - {Calibration.CALIBRATED}:
            self.line()
            self.line("values: monotone allows no volume; display allows no thickness and no volume")

    def _block(self, entry: Entry) -> None:
        run = entry.run
        self.line(f"{entry.number:>4}  {entry.name}", "bold")
        rows = (
            ("kind", "; ".join(part for part in (kind_words(run), partner_words(entry)) if part)),
            ("view", view_words(run)),
            ("time", time_words(entry)),
            ("picture", picture_words(run)),
            ("pixel", pixel_words(run)),
            ("values", intensity_words(run)),
        )
        self.columns(rows, indent=6)

    def costs(self) -> None:
        inspection = self._inspection
        total = len(inspection.entries)
        if not total:
            return
        self.head("What is missing, and what that costs")
        if not inspection.costs:
            self.line("    nothing is missing, and nothing had to be decided by rule")
        rows = [
            (numbers_words(cost.numbers, total), cost.sentence + " (values differ)" * cost.alike)
            for cost in inspection.costs
        ]
        self.columns(rows, indent=4, style="yellow")

    def rest(self, *, all_files: bool) -> None:
        inspection = self._inspection
        passed = sum(len(group.files) for group in inspection.passed_over)
        if passed:
            self.head(f"Passed over: {plural(passed, 'DICOM file')} of other kinds")
            counts = [f"{len(group.files):,}" for group in inspection.passed_over]
            rows = [
                (count.rjust(len(counts[0])), group.reason)
                for count, group in zip(counts, inspection.passed_over, strict=True)
            ]
            self.columns(rows, indent=4)
            if all_files:
                self._files([file for group in inspection.passed_over for file in group.files], None)
        if inspection.duplicates:
            self.head(f"Given twice: {plural(len(inspection.duplicates), 'file')}, skipped")
            self._files(inspection.duplicates, None if all_files else _MOST_LISTED)
        if inspection.failures:
            self.head(f"Failed: {plural(len(inspection.failures), 'file')}")
            self._failures(None if all_files else _MOST_LISTED)
        if inspection.ignored:
            self.head(f"Ignored: {plural(len(inspection.ignored), 'file')} of other kinds, or links")
            videos = sum(path.suffix.lower() in _VIDEOS for path in inspection.ignored)
            if videos:
                self._wrapped(
                    f"{plural(videos, 'of them looks', 'of them look')} like a video; a video is read when "
                    "it is named outright",
                    indent=4,
                )
            for path in inspection.ignored if all_files else ():
                self.line(f"    {short_name(path, inspection.base)}")

    def _failures(self, most: int | None) -> None:
        alike: dict[str, list[NotRun]] = {}
        for file in self._inspection.failures:
            alike.setdefault(without_path(file), []).append(file)
        for sentence, files in alike.items():
            for file in files[:most]:
                self.line(f"    {short_name(file.path, self._inspection.base)}", "red")
            if most is not None and len(files) > most:
                self.line(f"    and {len(files) - most:,} more (--all lists them)", "red")
            self._wrapped(sentence, indent=8)

    def _files(self, files: Sequence[NotRun], most: int | None) -> None:
        for file in files[:most]:
            self.line(f"    {short_name(file.path, self._inspection.base)}")
            self._wrapped(without_path(file), indent=8)
        if most is not None and len(files) > most:
            self.line(f"    and {len(files) - most:,} more (--all lists them)")

    def sheets(self, sheets: Sequence[Sheet]) -> None:
        if not sheets:
            return
        self.head(f"Contact sheets: {plural(len(sheets), 'picture')} in {sheets[0].path.parent}")
        for sentence in (sentence for sheet in sheets for sentence in sheet.failures):
            self.line(f"    {sentence}", "red")

    def next_step(self) -> None:
        if self._inspection.next_step:
            self.head("Next")
            if OUTLINE in self._inspection.next_step:
                self._wrapped(
                    f"{OUTLINE} is the treated bone as you draw it on one frame; without it cement is "
                    "followed, but nothing is decided.",
                    indent=4,
                )
            self.line(f"    {self._inspection.next_step}")

    def _wrapped(self, words: str, *, indent: int) -> None:
        for line in _wrap(words, max(self._console.width - indent, 24)):
            self.line(" " * indent + line)

    def columns(self, rows: Sequence[tuple[str, str]], *, indent: int, style: str = "") -> None:
        """Print labels and, beside them, words that wrap under themselves."""
        across = max((len(label) for label, _ in rows), default=0) + 2
        room = max(self._console.width - indent - across, 24)
        for label, words in rows:
            lines = _wrap(words, room)
            label_text = self.text(" " * indent + label.ljust(across), style)
            self._console.print(label_text + self.text(lines[0]), soft_wrap=True)
            for line in lines[1:]:
                self.line(" " * (indent + across) + line)


def _wrap(words: str, width: int) -> list[str]:
    return textwrap.wrap(words, width, break_on_hyphens=False, break_long_words=False) or [""]
