"""Go through a data set, items and all, and take over what may be taken over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom import DataElement, Dataset
from pydicom.multival import MultiValue

from leakwatch.config.deidentify import DeidentifyConfig
from leakwatch.deidentify.identifiers import mentions
from leakwatch.deidentify.profile import (
    DEVICE,
    KEPT_BYTES,
    KEPT_TEXT,
    NEVER_DATED,
    OWN_TEXT,
    Action,
    action_of,
)
from leakwatch.deidentify.pseudonyms import Pseudonyms

_TEXT = frozenset(("LO", "SH", "ST", "LT", "UT", "UC", "UR", "AE", "PN"))
_DATES = frozenset(("DA", "DT", "TM"))
_NUMBERS = frozenset(("US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT"))
_SHAPES = {
    "CS": re.compile(r"[A-Z0-9 _]{0,16}"),
    "DS": re.compile(r"[0-9+\-.eE ]{0,16}"),
    "IS": re.compile(r"[0-9+\- ]{0,12}"),
}
_DUMMY = {"DA": "19000101", "TM": "000000", "DT": "19000101000000"}
_SCHEMES = frozenset(("DCM", "SCT", "SRT", "SNM3", "UCUM", "FMA", "RFC5646", "99LEAKWATCH"))
"""Of other schemes the codes may be a hospital's own, and so free text."""
_PIXELS = 0x7FE0


@dataclass(frozen=True, slots=True)
class Walk:
    """What a data set is gone through with.

    Attributes
    ----------
    patient
        The original Patient ID; it decides the new one and the shift of dates.
    telling
        Names and numbers of this patient, in lower case: what contains one is not taken over.
    own
        Whether leakwatch wrote it, and so may keep its own text.
    """

    pseudonyms: Pseudonyms
    config: DeidentifyConfig
    patient: str
    telling: frozenset[str]
    own: bool

    def over(self, dataset: Dataset) -> Dataset:
        """Give the data set anew, without pixels; what is not known to be harmless is not in it."""
        found = Dataset()
        for element in dataset:
            taken = self._element(element)
            if taken is not None:
                found.add(taken)
        if "CodingSchemeDesignator" in found and not self.own:
            # what a code means is in its scheme; what stands there is free text
            found.CodeMeaning = str(found.get("CodeValue") or "code")
        return found

    def _element(self, element: DataElement) -> DataElement | None:
        tag = element.tag
        if tag.is_private or tag.group in (_PIXELS, 0x0002) or tag.group & 0xFF00 in (0x5000, 0x6000):
            return None
        word, action = element.keyword, action_of(int(tag))
        if word in ("PatientID", "PatientName"):
            return _with(element, self.pseudonyms.patient(self.patient))
        if word in NEVER_DATED:
            return _with(element, None) if action is Action.EMPTY else None
        if element.VR in _DATES and self.config.dates != "remove":
            return self._moved(element)
        kept_device = self.config.keep_device and word in DEVICE
        if action is not None and action is not Action.KEEP and not kept_device:
            return _replaced(element, action)
        return self._harmless(element, kept_device)

    def _harmless(self, element: DataElement, kept_device: bool) -> DataElement | None:
        """Take over what no profile names, if its kind cannot tell anything."""
        kind, word = element.VR, element.keyword
        if kind == "SQ":
            items = [self.over(item) for item in element.value if not _is_foreign_code(item)]
            return _with(element, items)
        if kind == "UI":
            values = [self.pseudonyms.uid(str(value)) for value in _values(element)]
            return _with(element, values[0] if len(values) == 1 else values)
        if kind in _NUMBERS or (kind in ("OB", "OW") and word in KEPT_BYTES):
            return element
        if kind in _TEXT:
            known = word in (OWN_TEXT if self.own else KEPT_TEXT) or kept_device
            return element if known and not mentions(element, self.telling) else None
        shape = _SHAPES.get(str(kind))
        if shape is None or mentions(element, self.telling):
            return None
        fits = all(shape.fullmatch(_written(value)) for value in _values(element))
        return element if fits else None

    def _moved(self, element: DataElement) -> DataElement | None:
        if self.config.dates == "keep" or element.VR == "TM":
            well = all(re.fullmatch(r"[0-9.+\-]{0,26}", str(value)) for value in _values(element))
            return element if well else None
        days = timedelta(days=self.pseudonyms.days_back(self.patient))
        try:
            moved = [_earlier(str(value), days) for value in _values(element)]
        except (ValueError, OverflowError):
            return _replaced(element, action_of(int(element.tag)) or Action.REMOVE)
        return _with(element, moved if len(moved) > 1 else (moved or [""])[0])


def _earlier(text: str, days: timedelta) -> str:
    """Move the date at the head of a DA or DT; what follows is time of day and zone."""
    if not re.fullmatch(r"[0-9]{8}[0-9.+\-]{0,18}", text):
        msg = "no whole date"
        raise ValueError(msg)
    return (datetime.strptime(text[:8], "%Y%m%d") - days).strftime("%Y%m%d") + text[8:]


def _replaced(element: DataElement, action: Action) -> DataElement | None:
    if action is Action.REMOVE:
        return None
    if element.VR == "SQ":
        return _with(element, [])
    if action is Action.EMPTY:
        return _with(element, None)
    if element.VR in _DUMMY:
        return _with(element, _DUMMY[element.VR])
    return _with(element, "NONE" if element.VR in _TEXT else None)


def _with(element: DataElement, value: object) -> DataElement:
    return DataElement(element.tag, element.VR, value)


def _is_foreign_code(item: Dataset) -> bool:
    if "CodingSchemeDesignator" not in item:
        return "CodeValue" in item or "LongCodeValue" in item
    plain = re.fullmatch(r"[A-Za-z0-9._{}/%\[\]-]{1,16}", str(item.get("CodeValue") or ""))
    return str(item.CodingSchemeDesignator) not in _SCHEMES or plain is None


def _values(element: DataElement) -> Iterable[object]:
    value = element.value
    if value is None or value == "":
        return ()
    return value if isinstance(value, MultiValue | list) else (value,)


def _written(value: object) -> str:
    return str(getattr(value, "original_string", value))
