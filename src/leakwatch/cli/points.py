"""Clicks on treated bones, as they are typed: `X,Y`, or `UID:X,Y` where there are several runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakwatch.config.imaging import PointConfig

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"


def read_points(texts: Sequence[str]) -> tuple[PointConfig, ...]:
    """Read every ``--point``.

    Raises
    ------
    UsageError
        One is not a point; the message says how it is written.
    """
    from leakwatch.config.imaging import PointConfig
    from leakwatch.errors import UsageError

    points = []
    for text in texts:
        match = re.fullmatch(rf"(?:([0-9][0-9.]{{0,63}}):)?({_NUMBER}),({_NUMBER})", text.strip())
        if match is None:
            msg = f"--point {text}: not a point; write X,Y in pixels of the first frame, or UID:X,Y"
            raise UsageError(msg)
        points.append(PointConfig(x=float(match[2]), y=float(match[3]), sop_instance_uid=match[1]))
    return tuple(points)
