"""The sound files that everything begins with."""

from __future__ import annotations

from dataclasses import dataclass

PLANTED = "ZZPLANTED"
"""Part of every name and number of the patient in every seed: no message may hold it."""


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A file: its name, folders included, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Seed:
    """A flavour's files, and what of them a user would name; an empty entry is the folder."""

    flavour: str
    files: tuple[SeedFile, ...]
    entries: tuple[str, ...]
