"""The table of factors: what the cases of a survey differ in. A line more is a factor more.

Keys are those of `CaseSection`, sections joined by dots. Some are the survey's own:

- ``run_s``: how long each view lasts;
- ``turn_s``: when the second view of an alternating arm starts;
- ``field_mm``: the picture's width at the isocentre plane;
- ``late_s``: by how much cement and leak come later;
- ``flow``: by how much the leak flows faster than is usual for its kind.
"""

from __future__ import annotations

from leakwatch.bench.survey.factor import Factor
from leakwatch.bench.survey.machine_factors import MACHINE
from leakwatch.bench.survey.movement_factors import DISTURBANCE, MOVEMENT
from leakwatch.bench.survey.patient_factors import CEMENT, PATIENT

FACTORS: tuple[Factor, ...] = DISTURBANCE + CEMENT + MACHINE + MOVEMENT + PATIENT
