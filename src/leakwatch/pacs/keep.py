"""Where fetched instances lie: ``<study>/<series>/<instance>.dcm`` below one folder."""

from __future__ import annotations

import os
import re
from pathlib import Path

from leakwatch.errors import PeerError
from leakwatch.pacs.query import Instance

_UID = re.compile(r"[0-9][0-9.]{0,63}")


def place_of(folder: Path, study: str, series: str, instance: str) -> Path:
    """Path of an instance's file.

    Raises
    ------
    PeerError
        One of the three is no UID: what an archive says must not point elsewhere.
    """
    for uid in (study, series, instance):
        if not _UID.fullmatch(uid):
            msg = f"the archive names something {uid!r:.80}, which is not a valid UID"
            raise PeerError(msg)
    return folder / study / series / f"{instance}.dcm"


def missing(instances: list[Instance], folder: Path) -> list[Instance]:
    """Give those that are not there yet; files come to their place whole, so what is there is whole."""
    return [
        one
        for one in instances
        if not place_of(
            folder, one.study_instance_uid, one.series_instance_uid, one.sop_instance_uid
        ).exists()
    ]


def settle(path: Path, final: Path) -> None:
    """Move a file that is whole to its place, on the same file system, so that it is there for good."""
    final.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as content:
        os.fsync(content.fileno())
    path.replace(final)
    sync_folder(final.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
