"""Unique identifiers and digests that follow from configuration and seed alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from leakwatch import __version__
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.config.case import CaseSection


def case_digest(config: CaseSection, seed: int) -> str:
    """SHA-256, in hex, of everything a case depends on: program, configuration, seed, and a CT's content.

    Raises
    ------
    OSError
        The CT or its labels cannot be read.
    """
    content = config.model_dump_json(by_alias=True)
    digest = hashlib.sha256(f"leakwatch {__version__} {seed} {content}".encode())
    if isinstance(config.anatomy, CtSection):
        ct = config.anatomy
        for path in (ct.volume, ct.labels, ct.body_labels):
            for file in _files_of(path):
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def uid_from(digest: str, role: str) -> str:
    """Make a UUID-derived UID (PS3.5 B.2, root 2.25) for one role in a case."""
    number = int.from_bytes(hashlib.sha256(f"{digest} {role}".encode()).digest()[:16])
    # The variant and version bits of a random UUID, so that it is one.
    number = (number & ~(0xF << 76)) | (0x4 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return f"2.25.{number}"


def _files_of(path: Path | None) -> list[Path]:
    if path is None:
        return []
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
