"""Why files were passed over, counted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leakwatch.dicom.quiet import printable
from leakwatch.inspect.inspection import PassedOver
from leakwatch.source.runs import NotRun

_SOP_CLASS = re.compile(r"SOP Class UID \(0008,0016\) is '([^']+)'(?: and Modality \(0008,0060\) '([^']+)')?")
_CAPTURE = "Secondary Capture"
_FEW = re.compile(r"Number of Frames \(0028,0008\) is 1,")
_SERIES = re.compile(r"belongs to the series of .*, which failed$", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w(,])\d+")


def count_reasons(files: Sequence[NotRun]) -> tuple[PassedOver, ...]:
    """Bring files together by the reason they were passed over, the most frequent first."""
    found: dict[str, list[NotRun]] = {}
    for file in files:
        found.setdefault(_reason(file), []).append(file)
    counted = (PassedOver(reason, tuple(same)) for reason, same in found.items())
    return tuple(sorted(counted, key=lambda group: -len(group.files)))


def without_path(file: NotRun) -> str:
    """Give a file's sentence without the path that it begins with."""
    return file.why.removeprefix(printable(f"{file.path}: "))


def _reason(file: NotRun) -> str:
    sentence = without_path(file)
    kind = _SOP_CLASS.search(sentence)
    if kind is not None:
        name, modality = kind.groups()
        # a capture may be of anything; its modality says what
        return (
            f"{name}, modality {modality}" if _CAPTURE in name and modality not in (None, "empty") else name
        )
    if _FEW.search(sentence):
        return "a single picture, which shows no spread"
    if _SERIES.match(sentence):
        return "a picture of a series that failed"
    return _NUMBER.sub("#", sentence)
