"""The process that tries inputs, and may die of one: ``python -m leakwatch.bench.fuzz.child``.

Takes a recipe per line on standard input, notes it on disk, tries it, and answers with a line of JSON.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import logging
import os
import resource
import signal
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.fuzz.apply import bake, lay_out
from leakwatch.bench.fuzz.memory import peak_mb, reset_peak, resident_mb, virtual_bytes
from leakwatch.bench.fuzz.recipe import NOTE, from_text
from leakwatch.bench.fuzz.seed import PLANTED
from leakwatch.bench.fuzz.target import Reader
from leakwatch.bench.fuzz.verdict import Finding, Kind, Outcome, judge, normalised

_TOLD = 60
_OWN = f"{os.sep}leakwatch{os.sep}"


class _Collected(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def try_one(text: str, work: Path, reader: Reader, cpu_s: float, memory_mb: float) -> Outcome:
    """Try one input."""
    folder = work / "case"
    entries = lay_out(bake(from_text(text)), folder)
    (work / NOTE).write_text(text, encoding="utf-8")
    logged = _Collected()
    logging.getLogger().addHandler(logged)
    before = resident_mb()
    reset_peak()
    findings: list[Finding] = []
    # the default action ends the process, wherever it is: in a decoder written in C, too
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            outcome = judge(reader(entries, folder), str(folder))
        except MemoryError:
            outcome = Outcome(False, (), (Finding(Kind.MEMORY, f"MemoryError in {_where()}"),))
        except Exception as error:
            what = f"{type(error).__name__} in {_where()}: {normalised(str(error), str(folder))}"
            leaks = PLANTED in str(error)
            outcome = Outcome(False, (), (Finding(Kind.LEAK if leaks else Kind.EXCEPTION, what),))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            logging.getLogger().removeHandler(logged)
    if peak_mb() - before > memory_mb:
        findings.append(Finding(Kind.MEMORY, f"over {memory_mb:g} MB"))
    for line in (*(str(warning.message) for warning in warned), *logged.lines):
        kind = Kind.LEAK if PLANTED in line else Kind.NOISE
        # of what a library prints, the beginning tells where it came from
        findings.append(Finding(kind, f"printed: {normalised(line, str(folder))[:_TOLD]}"))
    return Outcome(outcome.read, outcome.classes, tuple(dict.fromkeys((*outcome.findings, *findings))))


def _where() -> str:
    """Name the last function of ours, outside the bench, that the current exception came through."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    own = [one for one in frames if _OWN in one.filename and f"{os.sep}fuzz{os.sep}" not in one.filename]
    last = (own or frames)[-1]
    return f"{'/'.join(Path(last.filename).parts[-2:])} {last.name}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Try recipes until there are no more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--reader", default="leakwatch.bench.fuzz.target:read_everything")
    parser.add_argument("--cpu-s", type=float, required=True)
    parser.add_argument("--memory-mb", type=float, required=True)
    parser.add_argument("--address-mb", type=float, required=True)
    options = parser.parse_args(arguments)
    module, _, name = options.reader.partition(":")
    reader: Reader = getattr(importlib.import_module(module), name)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (virtual := virtual_bytes()) is not None:
        bound = virtual + int(options.address_mb * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    # what libraries print themselves is kept apart from the answers
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        outcome = try_one(line.strip(), options.work, reader, options.cpu_s, options.memory_mb)
        gc.collect(0)
        answer = {
            "read": outcome.read,
            "classes": outcome.classes,
            "findings": [[finding.kind, finding.what] for finding in outcome.findings],
            "resident_mb": resident_mb(),
        }
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
