"""Does a setting help? `python -m leakwatch.bench.paired --config FILE --cases 100 --seed 5001 --out FOLDER`.

Each drawn case is simulated once and analysed twice, with the default settings and with those of the file; so
what differs is the settings' doing, and few cases tell more than many that differ. `--returning` records
each case in two runs of one view, and the leak begins between them. Prints a table in Markdown. Goes on where
it was stopped; keep to one file of settings in a folder.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from leakwatch.bench.figure_text import seconds_text, share_text
from leakwatch.bench.lines import append_line, read_by_index
from leakwatch.bench.score import CaseScore, Verdict, score_case
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.figures import case_figures
from leakwatch.bench.survey.one_case import analyse_case, work_through
from leakwatch.bench.survey.returning import in_two_runs
from leakwatch.bench.survey.run import speak_apart
from leakwatch.bench.survey.tables import table_text
from leakwatch.config import Config
from leakwatch.config.load import load_config


@dataclass(frozen=True, slots=True)
class Twice:
    """A case scored with the default settings and with others; both None, and why, where it was not."""

    index: int
    default: CaseScore | None
    other: CaseScore | None
    error: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the cases that `--out` does not hold yet, then print the table."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.paired", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the settings on trial, YAML or JSON")
    parser.add_argument("--cases", type=int, default=100, help="cases of the survey drawn")
    parser.add_argument("--seed", type=int, default=5001, help="never one that anything was fitted to")
    parser.add_argument("--returning", action="store_true", help="in two runs of one view, with a pause")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--out", type=Path, default=Path("out/paired"), help="folder for the records")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    other = load_config(options.config)
    if options.only is not None:
        print(_line(score_twice(options.only, options.seed, other, options.returning)))
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    records = options.out / f"seed-{options.seed}{'-returning' * options.returning}.jsonl"
    done = {one.index for one in read_by_index(records, Twice)}
    missing = [index for index in range(options.cases) if index not in done]
    words = [
        "--config",
        str(options.config),
        "--seed",
        str(options.seed),
        *["--returning"] * options.returning,
    ]
    with ThreadPoolExecutor(options.jobs) as pool:
        waiting = [pool.submit(_apart, index, words) for index in missing]
        for future in as_completed(waiting):
            one = future.result()
            append_line(records, _line(one) + "\n")
            print(_said(one), file=sys.stderr)
    print(table([one for one in read_by_index(records, Twice) if one.index < options.cases]), end="")
    return 0


def _apart(index: int, words: list[str]) -> Twice:
    """Do one case in a process of its own, which may start others and is gone with what it held."""
    line, error = speak_apart("leakwatch.bench.paired", [*words, "--only", str(index)])
    return Twice(index, None, None, error) if line is None else TypeAdapter(Twice).validate_json(line)


def _line(one: Twice) -> str:
    return TypeAdapter(Twice).dump_json(one).decode()


def score_twice(index: int, seed: int, other: Config, returning: bool = False) -> Twice:
    """Simulate a case, and analyse it with both settings."""
    drawn = in_two_runs(draw(index, seed), seed) if returning else draw(index, seed)
    scores: list[CaseScore] = []
    said: list[str] = []

    def again(out: Path, case: Path) -> None:
        errors, _ = analyse_case(case, out.with_name("other"), other)
        said.extend(errors)
        scores.append(score_case(case, out.with_name("other")))

    record = work_through(drawn, again)
    if error := " ".join([record.error, *said]).strip():
        return Twice(index, None, None, error)
    return Twice(index, record.score, scores[0])


def table(cases: Sequence[Twice]) -> str:
    """Write a row for each of the settings, and how many cases came out otherwise."""
    both = [(one.default, one.other) for one in cases if one.default is not None and one.other is not None]
    head = ("settings", "visible leaks hit", "median delay", "p90", "alarms without a leak", "before one")
    rows = [
        _row(name, [pair[at] for pair in both]) for at, name in enumerate(("default", "those of the file"))
    ]
    told = [
        f"\nOf {len(cases)} cases {len(both)} were scored twice.",
        _moved(both, Verdict.HIT, "hit"),
        _moved(both, Verdict.FALSE_ALARM, "falsely alarmed"),
    ]
    return table_text(head, rows) + "\n" + "\n".join(told) + "\n"


def _row(name: str, scores: Sequence[CaseScore]) -> tuple[str, ...]:
    figures = case_figures(scores)
    return (
        name,
        share_text(figures.hits),
        seconds_text(figures.delay_median_s),
        seconds_text(figures.delay_p90_s),
        share_text(figures.false_alarms),
        share_text(figures.alarmed_early),
    )


def _moved(both: Sequence[tuple[CaseScore, CaseScore]], verdict: Verdict, words: str) -> str:
    """Count the cases that one of the settings alone brought to a verdict: all that can tell them apart."""
    won = sum(a.verdict is not verdict and b.verdict is verdict for a, b in both)
    lost = sum(a.verdict is verdict and b.verdict is not verdict for a, b in both)
    return f"{won} were {words} with the file's settings alone, {lost} with the default alone."


def _said(one: Twice) -> str:
    if one.default is None or one.other is None:
        return f"{one.index}: {one.error}"
    return f"{one.index}: {one.default.verdict}, {one.other.verdict}"


if __name__ == "__main__":
    sys.exit(main())
