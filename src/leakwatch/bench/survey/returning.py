"""Cases of the survey in which the pedal is let go: one view in two runs, a leak begins between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.simulate.config.case import CaseSection

_STREAM = 9
_BEFORE_S, _AFTER_S = (-0.3, 1.0)
"""The first run ends so long after cement starts: before it comes, or with some in sight."""
_LEAK_AFTER_S = (1.5, 2.2)
_BACK_S = (0.5, 2.0)
"""The second begins so long after the leak, or after when one would have begun."""
_SECOND_S = 4.0
_FURTHEST_MM = 6.0


def in_two_runs(drawn: DrawnCase, seed: int) -> DrawnCase:
    """Record a drawn case in its first view alone, in two runs, with a pause while the leak begins.

    In half of the cases the first run ends before cement comes, and in half of them the patient lies up to
    6 mm elsewhere afterwards. A case that paused or jumped already does so no more.
    """
    values = np.random.default_rng([seed, _STREAM, drawn.index])
    case, machine = drawn.case, drawn.case.machine
    first, rate = machine.views[0], machine.frames_per_s
    cement_s = case.cement.start_s
    leak_s = case.leak.start_s if case.leak is not None else cement_s + values.uniform(*_LEAK_AFTER_S)
    ends_s = cement_s + (_BEFORE_S, _AFTER_S)[int(values.integers(2))]
    back_s = round(leak_s + values.uniform(*_BACK_S), 2)
    way = values.normal(size=3)
    moved_mm = values.uniform(0, _FURTHEST_MM) * way / np.linalg.norm(way)
    jumps = bool(values.integers(2))
    told = case.model_dump(by_alias=True)
    told["machine"] |= {
        "layout": "single",
        "pedal_gaps": [],
        "views": [
            first.model_dump() | {"start_s": 0.0, "frames": max(2, round(ends_s * rate))},
            first.model_dump() | {"start_s": back_s, "frames": round(_SECOND_S * rate)},
        ],
    }
    told["movement"] |= {
        "jump_time_s": 0.5 * (ends_s + back_s) if jumps else None,
        "jump_mm": [round(float(part), 2) for part in moved_mm],
    }
    return replace(drawn, case=CaseSection.model_validate(told))
