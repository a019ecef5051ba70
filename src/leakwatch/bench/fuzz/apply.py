"""Make the files that a recipe means."""

from __future__ import annotations

import shutil
from pathlib import Path

from leakwatch.bench.fuzz import bytewise, structure
from leakwatch.bench.fuzz.recipe import Mutation, Recipe
from leakwatch.bench.fuzz.seed import Seed, SeedFile
from leakwatch.bench.fuzz.seeds import make_seed

CHANGES = {
    "length": structure.set_length,
    "name": structure.set_name,
    "vr": structure.set_vr,
    "value": structure.set_value,
    "number": structure.set_number,
    "drop": structure.drop,
    "duplicate": structure.duplicate,
    "move": structure.move,
    "nest": structure.nest,
    "put": structure.put_element,
    "flip": bytewise.flip,
    "cut": bytewise.cut,
    "insert": bytewise.insert,
    "overwrite": bytewise.overwrite,
    "fill": bytewise.fill,
    "splice": bytewise.splice,
    "noise": bytewise.noise,
    "deflate": bytewise.deflate,
    "node": bytewise.set_node,
}
"""Every kind of change: ``change(data, at, value) -> data``."""


def change(seed: Seed, mutation: Mutation) -> Seed:
    """Apply one mutation to one of a seed's files."""
    number = mutation.file % len(seed.files)
    old = seed.files[number]
    new = SeedFile(old.name, CHANGES[mutation.kind](old.data, mutation.at, mutation.value))
    return Seed(seed.flavour, (*seed.files[:number], new, *seed.files[number + 1 :]), seed.entries)


def bake(recipe: Recipe) -> Seed:
    """Apply all of a recipe's mutations in order."""
    seed = make_seed(recipe.flavour)
    for mutation in recipe.mutations:
        seed = change(seed, mutation)
    return seed


def lay_out(seed: Seed, folder: Path) -> tuple[Path, ...]:
    """Write the files into an empty folder and give the paths that a user would name."""
    if folder.exists():
        shutil.rmtree(folder)
    for file in seed.files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return tuple(folder / entry for entry in seed.entries)
