"""Work through the suite, some cases at a time, so that a killed run goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from leakwatch.bench.suite.ablations import ABLATIONS, ablations_of
from leakwatch.bench.suite.watched import SuiteCase, from_line, to_line
from leakwatch.bench.survey.ledger import program_digest
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.bench.survey.run import LONGEST_S, speak_apart
from leakwatch.config import load_config
from leakwatch.errors import UsageError

_CASES, _PLAN = "cases.jsonl", "suite.json"
_LONGEST_VARIANT_S = 300.0


@dataclass(frozen=True, slots=True)
class Suite:
    """What is to be done: `cases` drawn from `seed`, or the folders that are given.

    The first `ablated` of them are analysed again without each stage.
    """

    cases: int
    seed: int
    folders: tuple[Path, ...] = ()
    config: Path | None = None
    observers: bool = True
    ablated: int = 0

    @property
    def count(self) -> int:
        """How many cases there are."""
        return len(self.folders) or self.cases


def suite_folders(folder: Path) -> tuple[Path, ...]:
    """Find the cases in a folder: its subfolders with dicom/, outline.json and truth/.

    Raises
    ------
    UsageError
        There is none.
    """
    found = sorted(path.parents[1] for path in folder.glob("*/truth/case.json"))
    whole = tuple(one for one in found if (one / "dicom").is_dir() and (one / "outline.json").is_file())
    if not whole:
        msg = f"{folder}: holds no case, a folder with dicom/, outline.json and truth/case.json"
        raise UsageError(msg)
    return whole


def run_suite(
    suite: Suite, out: Path, jobs: int, *, resume: bool, done: Callable[[SuiteCase], None]
) -> tuple[SuiteCase, ...]:
    """Do the cases that `out` does not hold yet, and give all of them by index.

    Each line of ``cases.jsonl`` is on the disk before `done` is called with it. A case that was kept without
    the ablations that are asked for now is done again, and its new line counts.

    Raises
    ------
    UsageError
        The folder holds another suite, or one and `resume` is not set.
    """
    known = {case.record.index: case for case in _open(suite, out, resume=resume)}
    settings = frozenset(one.setting for one in ablations_of(load_config(suite.config)))
    whole = {case.record.index for case in known.values() if _is_whole(case, suite, settings)}
    for index in sorted(whole):
        done(known[index])
    missing = [index for index in range(suite.count) if index not in whole]
    with ThreadPoolExecutor(jobs) as pool, (out / _CASES).open("a", encoding="utf-8") as handle:
        waiting = [pool.submit(_apart, suite, index) for index in missing]
        try:
            for future in as_completed(waiting):
                case = future.result()
                known[case.record.index] = case
                handle.write(to_line(case))
                handle.flush()
                done(case)
        except BaseException:
            # What has not begun need not begin; what runs is let finish.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(known[index] for index in sorted(known))


def read_suite(out: Path) -> tuple[SuiteCase, ...]:
    """Read what a folder holds; a last line that was being written when the run was killed is dropped.

    Raises
    ------
    UsageError
        It holds nothing, or what another version wrote.
    """
    try:
        content = (out / _CASES).read_text(encoding="utf-8")
        cases = [from_line(line) for line in content[: content.rfind("\n") + 1].splitlines()]
    except OSError as error:
        msg = f"{out / _CASES}: cannot be read ({error.strerror or error})"
        raise UsageError(msg) from error
    except ValueError as error:
        msg = f"{out / _CASES}: holds a line that this version did not write"
        raise UsageError(msg) from error
    latest = {case.record.index: case for case in cases}
    return tuple(latest[index] for index in sorted(latest))


def _is_whole(case: SuiteCase, suite: Suite, settings: frozenset[str]) -> bool:
    if case.record.outcome is not Outcome.SCORED or case.record.index >= suite.ablated:
        return True
    return settings <= {variant.setting for variant in case.variants}


def _apart(suite: Suite, index: int) -> SuiteCase:
    words = ["--index", str(index), "--seed", str(suite.seed)]
    words += ["--folder", str(suite.folders[index])] if suite.folders else []
    words += ["--config", str(suite.config)] if suite.config else []
    words += [] if suite.observers else ["--alone"]
    longest_s = LONGEST_S
    if index < suite.ablated:
        words.append("--ablations")
        longest_s += _LONGEST_VARIANT_S * len(ABLATIONS)
    line, error = speak_apart("leakwatch.bench.suite", words, longest_s)
    if line is None:
        return SuiteCase(CaseRecord(index, Outcome.BROKEN, "", "", (), error))
    return from_line(line)


def _open(suite: Suite, out: Path, *, resume: bool) -> tuple[SuiteCase, ...]:
    plan = {
        "seed": suite.seed,
        "folders": [str(folder) for folder in suite.folders],
        "config": suite.config.read_text(encoding="utf-8") if suite.config else "",
        "observers": suite.observers,
        "program": program_digest(),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        if (out / _CASES).exists():
            if not resume:
                msg = f"{out}: holds a suite already; give --resume, or another folder"
                raise UsageError(msg)
            if json.loads((out / _PLAN).read_text(encoding="utf-8")) != plan:
                msg = f"{out}: was begun with other cases, settings or another version; take another folder"
                raise UsageError(msg)
            kept = read_suite(out)
            partial = out / f"{_CASES}.partial"
            partial.write_text("".join(map(to_line, kept)), encoding="utf-8")
            partial.replace(out / _CASES)
            return kept
        (out / _PLAN).write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        msg = f"{out}: cannot be used for results ({error.strerror or error})"
        raise UsageError(msg) from error
    return ()
