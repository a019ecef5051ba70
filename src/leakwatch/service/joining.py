"""Which analysis an instance belongs to: one that waits, one that may still be done again, or its own."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from leakwatch.service.arrival import Arrival

_MAY_JOIN = "(job.state IN ('waiting', 'analysing') OR job.open_until_s > :now)"


def job_for(base: sqlite3.Connection, arrival: Arrival, now_s: float, max_start_gap_s: float) -> int | None:
    """Find the analysis that this run belongs into; None if it is the first of its own.

    A single picture belongs to the others of its series. One plane belongs to the other by the rule of
    `views.pair`: where one names the other; else, where neither names any, as plane A and plane B of one
    study, that which started nearest, at most `max_start_gap_s` apart.
    """
    found = _of_series(base, arrival, now_s) if arrival.is_picture else None
    return _of_partner(base, arrival, now_s, max_start_gap_s) if found is None else found


def _of_series(base: sqlite3.Connection, arrival: Arrival, now_s: float) -> int | None:
    row = base.execute(
        "SELECT job.id FROM instance JOIN job ON job.id = instance.job "
        "WHERE instance.series_instance_uid = :series AND instance.study_instance_uid = :study "
        f"AND instance.picture AND {_MAY_JOIN} ORDER BY job.id DESC LIMIT 1",
        {"series": arrival.series_instance_uid, "study": arrival.study_instance_uid, "now": now_s},
    ).fetchone()
    return None if row is None else int(row[0])


def _of_partner(
    base: sqlite3.Connection, arrival: Arrival, now_s: float, max_start_gap_s: float
) -> int | None:
    rows = base.execute(
        "SELECT job.id, sop_instance_uid, plane, partners, start FROM instance "
        "JOIN job ON job.id = instance.job WHERE instance.study_instance_uid = :study AND picture = :picture "
        f"AND {_MAY_JOIN} AND {_IS_ALONE} ORDER BY job.id",
        {"study": arrival.study_instance_uid, "picture": arrival.is_picture, "now": now_s},
    ).fetchall()
    nearest: tuple[float, int] | None = None
    for number, uid, plane, partners, start in rows:
        named = json.loads(partners)
        if uid in arrival.partners or arrival.sop_instance_uid in named:
            return int(number)
        if arrival.partners or named or {plane, arrival.plane} != {"A", "B"}:
            continue
        gap_s = _gap_s(arrival.start, start)
        if gap_s is not None and gap_s <= max_start_gap_s and (nearest is None or gap_s < nearest[0]):
            nearest = gap_s, int(number)
    return None if nearest is None else nearest[1]


_IS_ALONE = (
    "(SELECT count(DISTINCT CASE WHEN other.picture THEN other.plane ELSE other.sop_instance_uid END) "
    "FROM instance AS other WHERE other.job = job.id) = 1"
)
"""A job of one run, or of pictures of one plane."""


def _gap_s(one: datetime | None, other: str) -> float | None:
    return abs((one - datetime.fromisoformat(other)).total_seconds()) if one and other else None
