"""A broken input, written down: the sound file it began as, and what was done to it."""

from __future__ import annotations

import json
from dataclasses import dataclass

NOTE = "now.json"
"""Where a child notes the recipe it is about to try."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change to one file.

    Attributes
    ----------
    file
        Which file of the seed, counted on from 0 and round again.
    kind
        Name of the change (`apply.CHANGES`).
    at
        What it is done to: a cell as ``name#occurrence``, or a byte position as a number.
    value
        What is put there; its meaning is the kind's own.
    """

    file: int
    kind: str
    at: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A seed (`seeds.FLAVOURS`) and the changes made to it, in order."""

    flavour: str
    mutations: tuple[Mutation, ...] = ()


def to_text(recipe: Recipe) -> str:
    """Write a recipe as one line of JSON: ``["rle", [0, "length", "7FE00010#0", "5"]]``."""
    parts = [[one.file, one.kind, one.at, one.value] for one in recipe.mutations]
    return json.dumps([recipe.flavour, *parts])


def from_text(line: str) -> Recipe:
    """Read what `to_text` wrote."""
    flavour, *parts = json.loads(line)
    return Recipe(flavour, tuple(Mutation(*part) for part in parts))
