"""Runs as rows of one table, for a wide terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from leakwatch.inspect.inspection import Entry
from leakwatch.inspect.words import (
    bits_words,
    duration_words,
    kind_words,
    partner_short,
    rate_words,
    size_words,
    storage_words,
    view_words,
)

_GAP = 2
_NONE = "-"


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading, and the narrowest width that it may be squeezed to; 0 where it must not be."""

    head: str
    narrowest: int = 0
    right: bool = False


_COLUMNS = (
    _Column("run", right=True),
    _Column("file", narrowest=24),
    _Column("kind", narrowest=11),
    _Column("view", narrowest=13),
    _Column("frames", right=True),
    _Column("time", right=True),
    _Column("frames/s", narrowest=14),
    _Column("matrix"),
    _Column("stored as", narrowest=14),
    _Column("mm/pixel", narrowest=8),
    _Column("values"),
    _Column("other plane", narrowest=11),
)


def run_tables(
    studies: Sequence[Sequence[Entry]], width: int, text: Callable[[str], Text]
) -> tuple[tuple[Table, ...], int]:
    """Lay out one table per study, all with the same columns; the first has the headings.

    Parameters
    ----------
    width
        Characters in a line.
    text
        Makes words safe to print.

    Returns
    -------
    The tables, and the width they need: more than `width` where it cannot be done.
    """
    cells = [[_cells(entry) for entry in entries] for entries in studies]
    # Where no run has another plane, nobody misses the column.
    used = len(_COLUMNS) - all(row[-1] == _NONE for study in cells for row in study)
    columns = _COLUMNS[:used]
    rows = [[[text(cell) for cell in row[:used]] for row in study] for study in cells]
    widths = _widths(columns, [row for study in rows for row in study], width)
    tables = []
    for number, study in enumerate(rows):
        table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), show_header=number == 0)
        for column, columns_width in zip(columns, widths, strict=True):
            justify = "right" if column.right else "left"
            table.add_column(
                column.head,
                justify=justify,  # type: ignore[arg-type]
                width=columns_width,
                overflow="fold",
                header_style="bold",
            )
        for row in study:
            table.add_row(*row)
        tables.append(table)
    return tuple(tables), sum(widths) + _GAP * len(widths)


def _widths(columns: Sequence[_Column], rows: Sequence[Sequence[Text]], width: int) -> list[int]:
    """Give each column what it needs, then take from the widest that can fold until all fit."""
    widths = [
        max([len(column.head), *(row[index].cell_len for row in rows)])
        for index, column in enumerate(columns)
    ]
    floor = [column.narrowest or needed for column, needed in zip(columns, widths, strict=True)]
    while sum(widths) + _GAP * len(widths) > width:
        spare = [needed - least for needed, least in zip(widths, floor, strict=True)]
        most = max(range(len(spare)), key=spare.__getitem__)
        if spare[most] <= 0:
            break
        widths[most] -= 1
    return widths


def _cells(entry: Entry) -> tuple[str, ...]:
    run = entry.run
    return (
        f"{entry.number}",
        entry.name,
        kind_words(run),
        view_words(run),
        f"{run.frames:,}",
        duration_words(entry.pace.duration_s),
        rate_words(entry.pace).replace(" frames/s", ""),
        f"{run.columns} x {run.rows}",
        f"{bits_words(run)}, {storage_words(run)}",
        size_words(run),
        "subtracted" if run.intensity.subtracted else run.intensity.calibration.value,
        partner_short(entry) or _NONE,
    )
