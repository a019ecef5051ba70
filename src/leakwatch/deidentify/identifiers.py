"""What names this patient in this file, to be found again where nobody looks for it."""

from __future__ import annotations

import re

from pydicom import DataElement, Dataset

_NUMBERS = frozenset(
    ("PatientID", "OtherPatientIDs", "AccessionNumber", "AdmissionID", "RequestedProcedureID")
)
_LEAST_LETTERS = 3
_LEAST_DIGITS = 4
_OURS = frozenset(("leakwatch",))


def telling(dataset: Dataset) -> frozenset[str]:
    """Collect the parts of every person's name, and the patient's numbers, in lower case."""
    found: set[str] = set()
    for element in dataset.iterall():
        if element.VR == "PN":
            parts = re.split(r"[\s^=\\]+", str(element.value or ""))
            found.update(part.lower() for part in parts if len(part) >= _LEAST_LETTERS)
        elif element.keyword in _NUMBERS:
            text = str(element.value or "").strip().lower()
            if len(text) >= _LEAST_DIGITS:
                found.add(text)
    return frozenset(found) - _OURS


def mentions(element: DataElement, words: frozenset[str]) -> bool:
    """Whether a value contains one of the words."""
    text = str(element.value or "").lower()
    return any(word in text for word in words)
