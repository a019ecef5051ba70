"""Take values out of a header without being surprised by them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from pydicom.datadict import dictionary_description, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from leakwatch.dicom.header import Header
from leakwatch.errors import InputError

_SHOWN = 40


def named(keyword: str) -> str:
    """Return the attribute's name and tag as messages state them: ``Frame Time (0018,1063)``."""
    tag = Tag(tag_for_keyword(keyword) or 0)
    return f"{dictionary_description(tag)} ({tag.group:04X},{tag.element:04X})"


def present(header: Header, keyword: str) -> bool:
    """Say whether the attribute is there with a value."""
    return any(text != "" for text in texts(header, keyword))


def texts(header: Header, keyword: str) -> tuple[str, ...]:
    """Return the values as stripped text, () where absent, whatever the value representation holds."""
    return texts_in(header.dataset, keyword)


def texts_in(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return the same from a data set, or from an item of a sequence."""
    if keyword not in dataset:
        return ()
    try:
        value = dataset[keyword].value
    # pydicom converts on access and may refuse a value in any way; the raw text is still worth showing.
    except Exception:
        # deferred or not: else pydicom would convert an empty one after all
        raw = dataset.get_item(keyword, keep_deferred=True)
        content = raw.value if isinstance(raw, RawDataElement) else None
        value = (content or b"").decode("ascii", "replace").strip(" \0").split("\\")
    # items as text would be a dump of all that is in them, and no element that is asked for text has any
    if value is None or isinstance(value, Sequence):
        return ()
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        value = [value]
    return tuple(str(item).strip(" \0") for item in value)


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Return the items of a sequence, () where it is absent, broken, or no sequence at all."""
    value = value_in(dataset, keyword)
    return tuple(value) if isinstance(value, Sequence) else ()


def value_in(dataset: Dataset, keyword: str) -> object:
    """Return what pydicom makes of an element's value, None where it is absent or nothing can be made."""
    try:
        return dataset.get(keyword)
    except Exception:
        return None


def text_in(dataset: Dataset, keyword: str) -> str:
    """Return the first value in a data set or item as text, empty where absent."""
    return next(iter(texts_in(dataset, keyword)), "")


def text(header: Header, keyword: str) -> str:
    """Return the first value as text, empty where absent."""
    return next(iter(texts(header, keyword)), "")


def shown(header: Header, keyword: str) -> str:
    """Return the value as a message quotes it: `joined`, between quotes."""
    return f"'{joined(header, keyword)}'"


def joined(header: Header, keyword: str) -> str:
    """Return the values with DICOM's backslash between them, cut short where they end being text.

    A wrong length makes a value swallow the elements that follow it, a patient's name among them; their
    tags are not printable, so nothing is shown from the first such letter on.
    """
    whole_text = "\\".join(texts(header, keyword))
    end = next((place for place, letter in enumerate(whole_text) if not letter.isprintable()), _SHOWN)
    shown_text = whole_text[: min(end, _SHOWN)]
    return shown_text if shown_text == whole_text else f"{shown_text}..."


def numbers(header: Header, keyword: str) -> tuple[float, ...]:
    """Return the values as floats, () where absent; what is no finite number is NaN."""
    return tuple(_number(item) for item in texts(header, keyword)) if present(header, keyword) else ()


def whole(header: Header, keyword: str, default: int | None = None) -> int:
    """Return the one value as an integer.

    Raises
    ------
    InputError
        It is absent and there is no `default`, or it is not one whole number.
    """
    found = numbers(header, keyword)
    if not found and default is not None:
        return default
    if not found:
        msg = f"{header.path}: {named(keyword)} is missing"
        raise InputError(msg)
    if len(found) != 1 or not float(found[0]).is_integer():
        msg = f"{header.path}: {named(keyword)} must be one whole number, not {shown(header, keyword)}"
        raise InputError(msg)
    return int(found[0])


def numbers_in(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return the values in a data set or item as floats, () where absent; what is no finite number is NaN."""
    return tuple(_number(item) for item in texts_in(dataset, keyword) if item)


def whole_in(dataset: Dataset, keyword: str) -> int | None:
    """Return the first value in a data set or item, None where it is absent or no whole number."""
    found = next(iter(numbers_in(dataset, keyword)), math.nan)
    return int(found) if found.is_integer() else None


def _number(item: str) -> float:
    try:
        value = float(item)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
