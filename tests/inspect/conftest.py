from __future__ import annotations

from collections.abc import Callable

import pytest

from leakwatch.inspect.inspection import Entry, Partner
from leakwatch.inspect.pace import measure_pace
from leakwatch.nouns import Run


@pytest.fixture
def make_entry(make_run: Callable[..., Run]) -> Callable[..., Entry]:
    """Run number 1 of `make_run`, changed by keyword."""

    def make(number: int = 1, partner: Partner | None = None, **changes: object) -> Entry:
        run = make_run(**{"sop_instance_uid": f"1.2.3.{number}", **changes})
        return Entry(number, str(run.paths[0]), run, measure_pace(run.times_s), partner, 0.0)

    return make
