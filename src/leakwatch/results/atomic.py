"""Write beside, then rename: a reader sees the old result or the new one, never half of one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leakwatch.errors import InputError

_UID = re.compile(r"[0-9][0-9.]{0,63}")


def folder_name(sop_instance_uid: str) -> str:
    """Give back the UID, once it is certain that it is one and so cannot point elsewhere.

    Raises
    ------
    InputError
        Anything but digits and dots, or longer than 64 characters (PS3.5 section 9).
    """
    if not _UID.fullmatch(sop_instance_uid):
        msg = f"SOP Instance UID {sop_instance_uid!r:.80} is not a valid UID, so no folder is made for it"
        raise InputError(msg)
    return sop_instance_uid


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; on success it replaces `path`, on failure it is removed."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def start_folder(final: Path) -> Path:
    """Make the empty folder beside `final` in which its next content is built.

    Also clears what a killed process left behind.
    """
    partial, older = _partial(final), _older(final)
    if older.exists():
        if final.exists():
            shutil.rmtree(older)
        else:
            older.replace(final)
    drop_folder(final)
    partial.mkdir(parents=True)
    return partial


def finish_folder(final: Path) -> None:
    """Put the built folder in the place of `final`; an older one goes only once the new one stands."""
    partial, older = _partial(final), _older(final)
    if final.exists():
        final.replace(older)
    partial.replace(final)
    if older.exists():
        shutil.rmtree(older)


def drop_folder(final: Path) -> None:
    """Forget the folder being built for `final`, if there is one."""
    partial = _partial(final)
    if partial.exists():
        shutil.rmtree(partial)


def _partial(final: Path) -> Path:
    return final.with_name(f".{final.name}.partial")


def _older(final: Path) -> Path:
    return final.with_name(f".{final.name}.older")
