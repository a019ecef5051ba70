"""Work through the cases of a survey, some at a time, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from tempfile import TemporaryDirectory

from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.record import CaseRecord, Outcome, from_line

LONGEST_S = 1200.0
_LAST_WORDS = 300
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
    "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
)


def run_cases(indices: Iterable[int], seed: int, jobs: int, done: Callable[[CaseRecord], None]) -> None:
    """Call `done` with each record as it comes, in the caller's thread and in no particular order.

    A case that takes its process down, or too long, is a record too.
    """
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(run_apart, index, seed) for index in indices]
        try:
            for future in as_completed(waiting):
                done(future.result())
        except BaseException:
            # What has not begun need not begin; what runs is let finish.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def run_apart(index: int, seed: int, longest_s: float = LONGEST_S) -> CaseRecord:
    """Work through one case in a process of its own, on one thread."""
    line, error = speak_apart(
        "leakwatch.bench.survey", ["--only", str(index), "--seed", str(seed)], longest_s
    )
    return _broken(index, seed, error) if line is None else from_line(line)


def speak_apart(module: str, arguments: list[str], longest_s: float = LONGEST_S) -> tuple[str | None, str]:
    """Run a module in a process of its own, on one thread.

    Returns
    -------
    line
        The last that it printed; None where it failed.
    error
        Why it failed.
    """
    command = [sys.executable, "-m", module, *arguments]
    # A process that is killed cannot tidy up after itself: its files lie in a folder of ours.
    with TemporaryDirectory(prefix="leakwatch-survey-") as folder:
        environment = os.environ | dict.fromkeys(_ONE_THREAD, "1") | {"TMPDIR": folder}
        try:
            process = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=longest_s, check=False
            )
        except subprocess.TimeoutExpired:
            return None, f"took longer than {longest_s:g} s"
    lines = process.stdout.splitlines()
    if process.returncode == 0 and lines:
        return lines[-1], ""
    last = process.stderr.strip().splitlines()
    words = last[-1][:_LAST_WORDS] if last else "said nothing"
    return None, f"ended with exit code {process.returncode}: {words}"


def _broken(index: int, seed: int, error: str) -> CaseRecord:
    drawn = draw(index, seed)
    return CaseRecord(index, Outcome.BROKEN, drawn.site, drawn.way, drawn.chosen, error)
