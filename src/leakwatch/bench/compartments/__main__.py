"""Are leaks placed rightly? `python -m leakwatch.bench.compartments --cases 60 --seed 1004`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from leakwatch.bench.compartments.answers import Said, of_analysis, of_truth
from leakwatch.bench.compartments.expected import Grade, Truth, grade_place, grade_type, read_truth
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.one_case import analyse_case
from leakwatch.config import Config
from leakwatch.simulate.case import write_case


def main(arguments: Sequence[str] | None = None) -> int:
    """Print two tables in Markdown: of true footprints, and of the leaks that the analysis found."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.compartments", description=__doc__)
    parser.add_argument("--cases", type=int, default=60, help="how many cases are drawn; half of them leak")
    parser.add_argument("--seed", type=int, default=1004, help="of the survey that the cases are drawn from")
    parser.add_argument("--truth-only", action="store_true", help="do not analyse")
    parser.add_argument("--keep", type=Path, help="folder to keep the simulated cases in, and to find them")
    options = parser.parse_args(arguments)
    counts: dict[str, Counter[tuple[str, str, Grade]]] = {"true footprints": Counter(), "analysis": Counter()}
    with TemporaryDirectory(prefix="leakwatch-compartments-") as name:
        for index in range(options.cases):
            case = (options.keep or Path(name)) / f"{index:04d}"
            try:
                if not _simulate(index, options.seed, case):
                    continue
            except ValueError as error:
                print(f"case {index}: {error}", file=sys.stderr)
                continue
            truth = read_truth(case / "truth" / "case.json")
            _count(counts["true footprints"], index, truth, of_truth(case))
            if not options.truth_only:
                out = Path(name) / f"out-{index:04d}"
                analyse_case(case, out, Config())
                _count(counts["analysis"], index, truth, of_analysis(case, out))
    for title, table in counts.items():
        if table:
            print(f"\n{title}\n\n{_table(table)}")
    return 0


def _simulate(index: int, seed: int, case: Path) -> bool:
    """Have a leaking case in a folder; False where case `index` does not leak."""
    drawn = draw(index, seed)
    if drawn.case.leak is None:
        return False
    if not (case / "truth" / "case.json").exists():
        write_case(drawn.case, drawn.simulation_seed, case)
    return True


def _count(table: Counter[tuple[str, str, Grade]], index: int, truth: Truth, leaks: tuple[Said, ...]) -> None:
    way = f"{truth.site.value}, {truth.kind.value.replace('_', ' ')}"
    for leak in leaks:
        place, kind = grade_place(leak.compartment, truth), grade_type(leak.yeom, truth)
        table[way, "compartment", place] += 1
        table[way, "yeom", kind] += 1
        view = f"{leak.primary_deg:g}, {leak.secondary_deg:g} deg"
        told = (
            f"{leak.compartment or leak.compartment_reason}: {place}; {leak.yeom or leak.yeom_reason}: {kind}"
        )
        print(f"case {index}, {way}, {view}: {told}", file=sys.stderr)


def _table(counts: Counter[tuple[str, str, Grade]]) -> str:
    columns = [(subject, grade) for subject in ("compartment", "yeom") for grade in Grade]
    rows = [["way out", *(f"{subject} {grade}" for subject, grade in columns)], ["---"] * (len(columns) + 1)]
    for way in sorted({way for way, _, _ in counts}):
        rows.append([way, *(str(counts[way, *column]) for column in columns)])
    totals = [sum(n for (_, *rest), n in counts.items() if tuple(rest) == column) for column in columns]
    rows.append(["all", *map(str, totals)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
