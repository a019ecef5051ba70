"""Try inputs until the time is up, a batch per child, and keep what was found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

from leakwatch.bench.fuzz.draw import draw_recipe
from leakwatch.bench.fuzz.ledger import (
    Batch,
    Known,
    append,
    open_ledger,
    read_batches,
    read_shrunk,
    write_shrunk,
)
from leakwatch.bench.fuzz.limits import Limits
from leakwatch.bench.fuzz.recipe import Mutation, Recipe
from leakwatch.bench.fuzz.seeds import FLAVOURS
from leakwatch.bench.fuzz.shrink import shrink
from leakwatch.bench.fuzz.verdict import Finding, Kind
from leakwatch.bench.fuzz.watch import DEFAULT_READER, FuzzError, try_recipes

_BATCH = 400
_AGAIN_S = 10.0
_LEAST_SHRINKING_S = 30.0


def pristine(flavour: str) -> Recipe:
    """Give the recipe of a sound file: no mutations, but for the one that must be deflated."""
    return Recipe(flavour, (Mutation(0, "deflate", "0", "0"),) if flavour == "deflated" else ())


def run_campaign(
    out: Path,
    seconds: float,
    seed: int,
    jobs: int,
    *,
    limits: Limits,
    reader: str = DEFAULT_READER,
    batch: int = _BATCH,
    done: Callable[[Batch], None] = lambda batch: None,
) -> None:
    """Try inputs and write a line per batch into `out`, going on after those it holds.

    Raises
    ------
    FuzzError
        `out` holds another campaign, or no child has started for the whole time.
    """
    deadline = time.monotonic() + seconds
    first = open_ledger(out, seed)
    trouble: FuzzError | None = None
    finished = 0
    with ThreadPoolExecutor(jobs) as pool:
        running: set[Future[Batch]] = set()
        while time.monotonic() < deadline or running:
            while len(running) < jobs and time.monotonic() < deadline:
                running.add(pool.submit(run_batch, seed, first, batch, deadline, limits, reader))
                first += batch
            over, running = wait(running, return_when=FIRST_COMPLETED)
            for future in over:
                try:
                    record = future.result()
                except FuzzError as error:
                    trouble = error
                    time.sleep(max(0.0, min(_AGAIN_S, deadline - time.monotonic())))
                    continue
                finished += 1
                append(out, record)
                done(record)
    if trouble is not None and not finished:
        raise trouble
    _shrink_all(out, max(_LEAST_SHRINKING_S, seconds / 4), limits, reader)


def run_batch(seed: int, first: int, count: int, deadline: float, limits: Limits, reader: str) -> Batch:
    """Try inputs `first` to ``first + count - 1``, fewer if time runs out."""
    start = time.monotonic()
    recipes: Iterator[Recipe] = (draw_recipe(seed, index) for index in range(first, first + count))
    chosen = [pristine(flavour) for flavour in FLAVOURS] if first == 0 else []
    chosen += recipes
    classes: Counter[str] = Counter()
    known: list[Known] = []
    tried = read = 0
    with closing(try_recipes(chosen, limits, reader)) as outcomes:
        for recipe, outcome in outcomes:
            tried += 1
            read += outcome.read
            classes.update(outcome.classes)
            known += [Known(finding, recipe) for finding in outcome.findings]
            if time.monotonic() > deadline:
                break
    refused = tuple(sorted(classes.items()))
    return Batch(first, count, tried, read, time.monotonic() - start, refused, tuple(known))


def _shrink_all(out: Path, seconds: float, limits: Limits, reader: str) -> None:
    """Shrink one recipe of each finding that has not been shrunk yet, the most severe first."""
    deadline = time.monotonic() + seconds
    smallest = {known.finding: known for known in read_shrunk(out)}
    shortest: dict[Finding, Recipe] = {}
    for known in (known for batch in read_batches(out) for known in batch.findings):
        if len(known.recipe.mutations) < len(shortest.get(known.finding, known.recipe).mutations) + (
            known.finding not in shortest
        ):
            shortest[known.finding] = known.recipe
    order = list(Kind)
    for finding, recipe in sorted(shortest.items(), key=lambda pair: order.index(pair[0].kind)):
        if finding in smallest or time.monotonic() > deadline:
            continue
        smallest[finding] = Known(finding, _smallest(finding, recipe, limits, reader))
        write_shrunk(out, tuple(smallest.values()))


def _smallest(finding: Finding, recipe: Recipe, limits: Limits, reader: str) -> Recipe:
    def failing(recipes: Sequence[Recipe]) -> Recipe | None:
        with closing(try_recipes(recipes, limits, reader)) as tried:
            return next((recipe for recipe, outcome in tried if finding in outcome.findings), None)

    # what a batch leaves behind is not one input's doing
    return recipe if finding.what.startswith("a batch") else shrink(recipe, failing)
