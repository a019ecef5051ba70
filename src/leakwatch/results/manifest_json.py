"""manifest.json: how these results came about."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from leakwatch.config import Config
from leakwatch.results.json_file import write_json

SCHEMA = "leakwatch.manifest/1"


class Outcome(StrEnum):
    """What became of an input."""

    ANALYSED = "analysed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One input and its fate: `sentence` says why it was not, or not wholly, analysed."""

    paths: tuple[Path, ...]
    sop_instance_uid: str
    outcome: Outcome
    sentence: str
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything needed to say how a result was made.

    `seconds` is the wall time of each stage of the whole call, `outlines` the files that were read,
    `ignored` what lay in the folders and is not DICOM.
    """

    version: str
    config: Config
    start: datetime
    seconds: Mapping[str, float]
    inputs: Sequence[InputRecord]
    ignored: Sequence[Path]
    outlines: Sequence[Path]
    warnings: Sequence[str]
    jobs: int


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest; inputs and outlines get a SHA-256 digest per file."""
    write_json(
        path,
        SCHEMA,
        {
            "version": manifest.version,
            "start": manifest.start.isoformat(),
            "duration_s": dict(manifest.seconds),
            "jobs": manifest.jobs,
            "config": manifest.config.model_dump(mode="json", by_alias=True),
            "inputs": [_input(record) for record in manifest.inputs],
            "ignored": [str(path) for path in manifest.ignored],
            "outlines": [file for path in manifest.outlines for file in _files(path)],
            "warnings": list(manifest.warnings),
            "packages": packages(),
            "platform": {
                "python": platform.python_version(),
                "system": platform.system(),
                "release": platform.release(),
                "machine": platform.machine(),
            },
        },
    )


def packages() -> dict[str, str]:
    """Installed versions of what the analysis depends on, by name."""
    needed = [text for text in requires("leakwatch") or () if "extra ==" not in text]
    names = sorted(re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0] for text in needed)
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _input(record: InputRecord) -> dict[str, object]:
    return {
        "files": [file for path in record.paths for file in _files(path)],
        "sop_instance_uid": record.sop_instance_uid or None,
        "outcome": record.outcome.value,
        "sentence": record.sentence or None,
        "duration_s": dict(record.seconds),
    }


def _files(path: Path) -> list[dict[str, object]]:
    return [{"path": str(path), "sha256": sha256(path)}]


def sha256(path: Path) -> str | None:
    """Digest of a file's content; None if it can no longer be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
