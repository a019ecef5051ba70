"""Feed recipes to a child and know which one it died of."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from leakwatch.bench.fuzz.limits import Limits
from leakwatch.bench.fuzz.recipe import NOTE, Recipe, to_text
from leakwatch.bench.fuzz.seed import PLANTED
from leakwatch.bench.fuzz.verdict import Finding, Kind, Outcome

DEFAULT_READER = "leakwatch.bench.fuzz.target:read_everything"
_START_S = 120.0
_WARM = 50
"""Inputs after which a child has loaded what it loads only once."""


class FuzzError(Exception):
    """The campaign cannot go on; the text says why."""


class Child:
    """One child process and its folder; a context manager."""

    def __init__(self, limits: Limits, reader: str) -> None:
        self._folder = TemporaryDirectory(prefix="leakwatch-fuzz-")
        self.work = Path(self._folder.name)
        command = [sys.executable, "-m", "leakwatch.bench.fuzz.child", str(self.work), "--reader", reader]
        bounds = {"cpu-s": limits.cpu_s, "memory-mb": limits.memory_mb, "address-mb": limits.address_mb}
        command += [f"--{name}={value}" for name, value in bounds.items()]
        one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        with (self.work / "stderr").open("wb") as stderr:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=os.environ | one_thread | {"TMPDIR": str(self.work)},
            )
        self._heard = b""
        if self.answer(_START_S) is None:
            self.close()
            msg = f"the child does not start: {self._last_words()}"
            self._folder.cleanup()
            raise FuzzError(msg)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._folder.cleanup()

    def ask(self, recipe: Recipe) -> None:
        """Hand over a recipe; a child that is gone is noticed when it should answer."""
        try:
            stdin = cast(IO[bytes], self._process.stdin)
            stdin.write(to_text(recipe).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            return

    def answer(self, wall_s: float) -> dict[str, object] | None:
        """Wait for the next answer; None if the child ends or takes too long first."""
        stdout = cast(IO[bytes], self._process.stdout)
        while b"\n" not in self._heard:
            ready, _, _ = select.select([stdout], [], [], wall_s)
            more = os.read(stdout.fileno(), 1 << 16) if ready else b""
            if not more:
                return None
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return cast("dict[str, object]", json.loads(line))

    def end(self, limits: Limits) -> Finding:
        """Say what a child died of that gave no answer, or kill it if it lives."""
        try:
            code = self._process.wait(0.5)
        except subprocess.TimeoutExpired:
            self.close()
            return Finding(Kind.HANG, f"over {limits.wall_s:g} s by the clock")
        if code == -signal.SIGPROF:
            return Finding(Kind.HANG, f"over {limits.cpu_s:g} s of processor time")
        if code < 0:
            return Finding(Kind.CRASH, signal.Signals(-code).name)
        return Finding(Kind.CRASH, f"exit code {code}: {self._last_words()}")

    def noted(self) -> str:
        """Give the recipe that the child noted last."""
        note = self.work / NOTE
        return note.read_text(encoding="utf-8") if note.exists() else ""

    def leaked(self) -> bool:
        """Say whether anything printed holds the planted name."""
        return PLANTED.encode() in (self.work / "stderr").read_bytes()

    def close(self) -> None:
        """End the child."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                cast(IO[bytes], pipe).close()
            except BrokenPipeError:
                continue

    def _last_words(self) -> str:
        lines = (self.work / "stderr").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else "said nothing"


def try_recipes(
    recipes: Sequence[Recipe], limits: Limits, reader: str = DEFAULT_READER
) -> Generator[tuple[Recipe, Outcome], None, None]:
    """Try recipes in order, in one child or, where one dies, in as many as it takes.

    Raises
    ------
    FuzzError
        No child starts, or one dies of something other than an input.
    """
    waiting = list(recipes)
    while waiting:
        with Child(limits, reader) as child:
            warm_mb, resident = 0.0, 0.0
            for place, recipe in enumerate(waiting):
                child.ask(recipe)
                answer = child.answer(limits.wall_s)
                if answer is None:
                    if child.noted() != to_text(recipe):
                        msg = f"the child died before it tried {to_text(recipe)}"
                        raise FuzzError(msg)
                    yield recipe, Outcome(False, (), (child.end(limits),))
                    break
                outcome, resident = _outcome(answer)
                warm_mb = resident if place <= _WARM else warm_mb
                if place == len(waiting) - 1:
                    outcome = _last(outcome, child, resident - warm_mb, limits)
                yield recipe, outcome
            waiting = waiting[place + 1 :]


def _outcome(answer: dict[str, object]) -> tuple[Outcome, float]:
    found = cast("list[list[str]]", answer["findings"])
    findings = tuple(Finding(Kind(kind), what) for kind, what in found)
    outcome = Outcome(bool(answer["read"]), tuple(cast("list[str]", answer["classes"])), findings)
    return outcome, float(cast(float, answer["resident_mb"]))


def _last(outcome: Outcome, child: Child, growth_mb: float, limits: Limits) -> Outcome:
    """Add to a batch's last outcome what can be said only of the batch."""
    findings = list(outcome.findings)
    if growth_mb > limits.growth_mb:
        findings.append(Finding(Kind.MEMORY, f"a batch leaves more than {limits.growth_mb:g} MB behind"))
    if child.leaked():
        findings.append(Finding(Kind.LEAK, "a library printed the patient's name"))
    return Outcome(outcome.read, outcome.classes, tuple(findings))
