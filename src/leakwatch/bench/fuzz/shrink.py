"""Leave out of a recipe what is not needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leakwatch.bench.fuzz.recipe import Recipe


def shrink(recipe: Recipe, failing: Callable[[Sequence[Recipe]], Recipe | None]) -> Recipe:
    """Drop mutations one by one for as long as the fault is there.

    `failing` gives the first of several recipes that has the fault, or None. The result cannot lose any
    one more; a recipe that does not fail again is given back as it is.
    """
    while fewer := failing(_each_shorter(recipe)):
        recipe = fewer
    return recipe


def _each_shorter(recipe: Recipe) -> tuple[Recipe, ...]:
    all_of_them = recipe.mutations
    return tuple(
        Recipe(recipe.flavour, all_of_them[:place] + all_of_them[place + 1 :])
        for place in range(len(all_of_them))
    )
