"""Unique identifiers and digests that follow from configuration and seed alone."""

from __future__ import annotations

import hashlib

from leakwatch.simulate.config.case import CaseSection


def case_digest(config: CaseSection, seed: int) -> str:
    """SHA-256, in hex, of everything a case depends on."""
    text = f"leakwatch.simulation/1 {seed} {config.model_dump_json(by_alias=True)}"
    return hashlib.sha256(text.encode()).hexdigest()


def uid_from(digest: str, role: str) -> str:
    """Make a UUID-derived UID (PS3.5 B.2, root 2.25) for one role in a case."""
    number = int.from_bytes(hashlib.sha256(f"{digest} {role}".encode()).digest()[:16])
    # The variant and version bits of a random UUID, so that it is one.
    number = (number & ~(0xF << 76)) | (0x4 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return f"2.25.{number}"
