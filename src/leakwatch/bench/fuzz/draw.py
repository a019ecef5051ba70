"""Draw the recipe of an input: the same one again from the same two numbers.

Own drawing and shrinking on a numpy generator, not hypothesis: an input that takes its process down must
be found again from outside that process.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from pydicom.datadict import dictionary_VR
from pydicom.tag import Tag

from leakwatch.bench.fuzz.apply import change
from leakwatch.bench.fuzz.cell import Cell
from leakwatch.bench.fuzz.cells import scan
from leakwatch.bench.fuzz.recipe import Mutation, Recipe
from leakwatch.bench.fuzz.seed import Seed
from leakwatch.bench.fuzz.seeds import FLAVOURS, make_seed
from leakwatch.bench.fuzz.words import JSON_WORDS, LENGTHS, NAMES, NUMBERS, SYNTAXES, TEXTS, VRS
from leakwatch.dicom.keywords import HEADER_TAGS

_STRUCTURAL = ("length", "name", "vr", "value", "number", "number", "drop", "duplicate", "move", "nest")
_BYTEWISE = ("flip", "flip", "cut", "insert", "overwrite", "fill", "splice", "noise")
_MOST_MUTATIONS = 6
_NUMBER_OF_FRAMES = "00280008"
_PATIENT = ("0010", "0008009", "00080050", "00081030")
"""Groups and elements whose header is left alone: a name that has become a number will be quoted."""

T = TypeVar("T")


def draw_recipe(seed: int, index: int) -> Recipe:
    """Draw input number `index` of a campaign."""
    rng = np.random.default_rng([seed, index])
    flavour = FLAVOURS[int(rng.integers(len(FLAVOURS)))]
    now = make_seed(flavour)
    mutations: list[Mutation] = []
    count = int(rng.geometric(0.4))
    for _ in range(min(count, _MOST_MUTATIONS)):
        mutation = _draw(rng, now)
        now = change(now, mutation)
        mutations.append(mutation)
    if flavour == "deflated" and rng.random() < 0.95:
        zeros = int(rng.choice([0, 0, 0, 0, 1 << 16, 64 << 20]))
        mutations.append(Mutation(0, "deflate", "0", str(zeros)))
        if rng.random() < 0.2:
            mutations.append(_draw(rng, change(now, mutations[-1])))
    return Recipe(flavour, tuple(mutations))


def _draw(rng: np.random.Generator, seed: Seed) -> Mutation:
    number = int(rng.integers(len(seed.files)))
    data = seed.files[number].data
    if seed.flavour == "outline" and rng.random() < 0.8:
        return Mutation(0, "node", str(rng.integers(100)), _one(rng, JSON_WORDS))
    cells = scan(data)
    if not cells or rng.random() < 0.35:
        return _bytewise(rng, number, data, cells)
    if rng.random() < 0.25 and seed.flavour not in ("mp4", "avi", "mkv"):
        return _put(rng, number)
    return _structural(rng, number, cells)


def _structural(rng: np.random.Generator, number: int, cells: tuple[Cell, ...]) -> Mutation:
    cell = _one(rng, cells)
    at = _place(cells, cell)
    kind = _one(rng, _STRUCTURAL)
    if cell.name.startswith(_PATIENT) and kind in ("name", "vr"):
        kind = "drop"
    match kind:
        case "length":
            held = cell.end - cell.value_at
            value = _one(rng, (*LENGTHS, str(held + 1), str(held + 2), str(max(held - 2, 0)), str(held * 2)))
        case "name":
            other = _one(rng, cells).name
            tag = f"{int(_one(rng, HEADER_TAGS)):08X}" if len(cell.name) == 8 else _one(rng, NAMES)
            value = _one(rng, (tag, other if len(other) == len(cell.name) else tag))
        case "vr":
            value = _one(rng, VRS)
        case "value":
            value = _one(rng, SYNTAXES if cell.vr == "UI" and rng.random() < 0.7 else TEXTS)
        case "number":
            parts = int(rng.choice([1, 1, 1, 2, 3, 4]))
            value = "\\".join(_one(rng, NUMBERS) for _ in range(parts))
        case "duplicate":
            value = _one(rng, ("1", "1", "2", "50", "5000"))
        case "move":
            value = _place(cells, _one(rng, cells))
        case "nest":
            value = _one(rng, ("1", "2", "30", "300", "3000"))
        case _:
            value = ""
    return Mutation(number, kind, at, value)


def _put(rng: np.random.Generator, number: int) -> Mutation:
    """Put in an element that is read; the number of frames more often than its share."""
    tag = Tag(_NUMBER_OF_FRAMES) if rng.random() < 0.08 else _one(rng, HEADER_TAGS)
    vr = dictionary_VR(tag).split(" or ")[0]
    if rng.random() < 0.1:
        vr = _one(rng, VRS)
    if vr in ("UI", "CS", "LO", "DA", "TM", "DT", "SQ", "OB", "OW", "OV", "ST", "LT", "UN"):
        value = f"{vr}:{_one(rng, TEXTS)}"
    else:
        parts = int(rng.choice([1, 1, 1, 2, 4, 8]))
        value = f"{vr}=" + "\\".join(_one(rng, NUMBERS) for _ in range(parts))
    return Mutation(number, "put", f"{int(tag):08X}", value)


def _bytewise(rng: np.random.Generator, number: int, data: bytes, cells: tuple[Cell, ...]) -> Mutation:
    size = max(len(data), 1)
    position = int(rng.integers(size))
    if cells and rng.random() < 0.6:
        # where a part begins is where bytes mean most
        cell = _one(rng, cells)
        position = cell.start + int(rng.integers(min(64, max(cell.end - cell.start, 1))))
    kind = _one(rng, _BYTEWISE)
    match kind:
        case "flip":
            value = str(rng.integers(8))
        case "insert" | "overwrite":
            width = int(rng.choice([1, 2, 4, 8]))
            whole = int(_one(rng, (*LENGTHS, str(int(rng.integers(1 << 16))))))
            value = (whole % (1 << 8 * width)).to_bytes(width, _one(rng, ("little", "big"))).hex()
        case "fill":
            value = f"{rng.integers(1, 64 if rng.random() < 0.7 else size + 1)}:{rng.choice([0, 255])}"
        case "splice":
            value = f"{rng.integers(size)}:{rng.integers(1, 64 if rng.random() < 0.5 else 4096)}"
        case "noise":
            value = f"{rng.integers(1, 32)}:{rng.integers(1 << 30)}"
        case _:
            value = ""
    return Mutation(number, kind, str(position), value)


def _place(cells: tuple[Cell, ...], cell: Cell) -> str:
    same = [other for other in cells if other.name == cell.name]
    return f"{cell.name}#{same.index(cell)}"


def _one(rng: np.random.Generator, choices: tuple[T, ...]) -> T:
    return choices[int(rng.integers(len(choices)))]
