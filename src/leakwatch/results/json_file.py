"""The manner of every JSON result: named schema, research-use statement, no NaN, renamed into place."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from leakwatch.notice import RESEARCH_USE
from leakwatch.results.atomic import new_file


def write_json(path: Path, schema: str, content: Mapping[str, object]) -> None:
    """Write `content` under its schema; numbers that are not finite become null.

    Bytes of a file name that are no text become JSON escapes, as if they were lone surrogates.
    """
    document = {"schema": schema, "research_use": RESEARCH_USE, **content}
    text = json.dumps(_finite(document), indent=1, ensure_ascii=False, allow_nan=False)
    with new_file(path) as partial:
        partial.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


def _finite(value: object) -> object:
    """Undefined is null, never NaN, which is no JSON at all."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return value
