"""The files that a DICOMDIR lists."""

from __future__ import annotations

from pathlib import Path

from pydicom.filereader import dcmread, read_file_meta_info
from pydicom.multival import MultiValue
from pydicom.uid import MediaStorageDirectoryStorage

from leakwatch.dicom.quiet import quiet
from leakwatch.errors import InputError


def is_dicomdir(path: Path) -> bool:
    """Say whether a DICOM file is a media directory."""
    with quiet():
        try:
            meta = read_file_meta_info(path)
        # a file without file meta information, or with a broken one, is no DICOMDIR; reading it will tell
        except Exception:
            return False
    return bool(meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage)


def listed_files(path: Path) -> tuple[Path, ...]:
    """Return the files that a DICOMDIR references, in its order; they may not exist.

    Raises
    ------
    InputError
        It cannot be parsed, or names a file outside its own folder.
    """
    with quiet():
        try:
            records = dcmread(path, specific_tags=["DirectoryRecordSequence"]).DirectoryRecordSequence
            references = [record.get("ReferencedFileID") for record in records]
        # the parser may fail in any way on a broken directory
        except Exception as error:
            msg = f"{path}: Directory Record Sequence (0004,1220) cannot be read ({type(error).__name__})"
            raise InputError(msg) from error
    files = []
    for reference in references:
        if not reference:
            continue
        parts = [str(part) for part in reference] if isinstance(reference, MultiValue) else [str(reference)]
        if any(part in ("", ".", "..") or "/" in part or "\\" in part for part in parts):
            msg = f"{path}: Referenced File ID (0004,1500) leads out of its folder"
            raise InputError(msg)
        files.append(path.parent.joinpath(*parts))
    return tuple(files)
