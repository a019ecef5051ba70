"""Does it help? `python -m leakwatch.bench.paired --config FILE --cases 100 --seed 5001 --out FOLDER`.

Each drawn case is simulated once and analysed twice: with the default settings and drawn outlines, and with
the settings of a file (`--config`) or without outlines (`--no-outline`). So what differs is what was on
trial, and few cases tell more than many that differ. `--returning` records each case in two runs of one view,
and the leak begins between them. `--patients` takes the drawn cases of vertebrae and gives them patients from
CTs (docs/simulate-ct.md). Prints a table in Markdown. Goes on where it was stopped; keep to one trial in a
folder.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from leakwatch.bench.lines import append_line, read_by_index
from leakwatch.bench.paired.table import table
from leakwatch.bench.paired.twice import Cases, Trial, Twice, from_line, score_twice, to_line
from leakwatch.bench.survey.from_ct import load_patients
from leakwatch.bench.survey.run import speak_apart
from leakwatch.config import Config
from leakwatch.config.load import load_config
from leakwatch.errors import ConfigError


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the cases that `--out` does not hold yet, then print the table."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _options(given)
    try:
        config = Config() if options.config is None else load_config(options.config)
        patients = () if options.patients is None else load_patients(options.patients)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    cases, trial = Cases(options.seed, options.returning, patients), Trial(config, not options.no_outline)
    if options.only is not None:
        print(to_line(score_twice(options.only, cases, trial)))
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    marks = f"{'-returning' * options.returning}{'-ct' * bool(patients)}"
    records = options.out / f"seed-{options.seed}{marks}.jsonl"
    done = {one.index for one in read_by_index(records, Twice)}
    missing = [index for index in cases.indices(options.cases) if index not in done]
    with ThreadPoolExecutor(options.jobs) as pool:
        waiting = [pool.submit(_apart, index, given) for index in missing]
        for future in as_completed(waiting):
            one = future.result()
            append_line(records, to_line(one) + "\n")
            print(_said(one), file=sys.stderr)
    scored = [one for one in read_by_index(records, Twice) if one.index < options.cases]
    print(table(scored, _on_trial(options)), end="")
    return 0


def _options(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.paired", description=__doc__)
    parser.add_argument("--config", type=Path, help="the settings on trial, YAML or JSON")
    parser.add_argument("--no-outline", action="store_true", help="on trial: no outline is given")
    parser.add_argument("--cases", type=int, default=100, help="cases of the survey drawn")
    parser.add_argument("--seed", type=int, default=5001, help="never one that anything was fitted to")
    parser.add_argument("--returning", action="store_true", help="in two runs of one view, with a pause")
    parser.add_argument("--patients", type=Path, help="vertebrae of CTs, YAML")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--out", type=Path, default=Path("out/paired"), help="folder for the records")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if options.config is None and not options.no_outline:
        parser.error("nothing is on trial: give --config, --no-outline or both")
    return options


def _on_trial(options: argparse.Namespace) -> str:
    parts = ["the file's settings"] * (options.config is not None) + ["no outline"] * options.no_outline
    return " and ".join(parts)


def _apart(index: int, given: Sequence[str]) -> Twice:
    """Do one case in a process of its own, which may start others and is gone with what it held."""
    line, error = speak_apart("leakwatch.bench.paired", [*given, "--only", str(index)])
    return Twice(index, None, None, error) if line is None else from_line(line)


def _said(one: Twice) -> str:
    if one.default is None or one.other is None:
        return f"{one.index}: {one.error}"
    return f"{one.index}: {one.default.verdict}, {one.other.verdict}"


if __name__ == "__main__":
    sys.exit(main())
