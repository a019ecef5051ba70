"""One arm that is used again and again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from leakwatch.nouns import CArm, Plane, Run

NOON = datetime(2026, 1, 1, 12)


@pytest.fixture
def shoot(make_run: Callable[..., Run]) -> Callable[..., Run]:
    """A run of 8 s of one arm, `after_s` seconds after noon."""

    def make(number: int, after_s: float, primary_deg: float = 0.0, **changes: object) -> Run:
        values: dict[str, object] = {
            "sop_instance_uid": f"1.{number}",
            "study_instance_uid": "1",
            "plane": Plane.SINGLE,
            "rows": 512,
            "columns": 512,
            "times_s": np.arange(61) / 7.5,
            "start": NOON + timedelta(seconds=after_s),
            "geometry": CArm(primary_deg, 0.0, 1100.0, 720.0, (0.4, 0.4)),
        }
        return make_run(**(values | changes))

    return make
