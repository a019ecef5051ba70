"""Which frame of which instance an item refers to (Image SOP Instance Reference Macro, PS3.3 10.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydicom import Dataset

from leakwatch.dicom.values import text_in, whole_in


@dataclass(frozen=True, slots=True)
class Place:
    """A frame, 0-based."""

    sop_instance_uid: str
    frame: int


def is_uid(text: str) -> bool:
    """Whether a text can be a UID (PS3.5 9.1).

    A wrong length makes a value swallow the elements after it, the patient's name among them: what is no UID
    must not reach a message.
    """
    return re.fullmatch(r"[0-9.]{1,64}", text) is not None


def first_place(references: Iterable[Dataset]) -> Place | None:
    """Give the first reference that names an instance; without a frame number it means the first frame.

    Referenced Frame Number (0008,1160) counts from 1; where it lists several frames the first counts: the
    bone is followed from there.
    """
    for reference in references:
        uid = text_in(reference, "ReferencedSOPInstanceUID")
        number = whole_in(reference, "ReferencedFrameNumber")
        if is_uid(uid) and (number is None or number >= 1):
            return Place(uid, 0 if number is None else number - 1)
    return None
