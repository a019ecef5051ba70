"""How patients move, and the one thing that disturbs a case beside."""

from __future__ import annotations

from leakwatch.bench.survey.factor import SPINE, Between, Factor, level, spread

MOVEMENT: tuple[Factor, ...] = (
    Factor(
        "breathing",
        (
            level(
                "shallow",
                {
                    "movement.bone_mm": [0.05, -0.05, -0.2],
                    "movement.soft_mm": [0.2, -0.4, -1.2],
                    "movement.gas_mm": [0.4, -0.6, -2.0],
                },
            ),
            level("usual"),
            level(
                "deep",
                {
                    "movement.bone_mm": [0.2, -0.3, -1.2],
                    "movement.soft_mm": [1.0, -2.0, -6.0],
                    "movement.gas_mm": [2.0, -3.0, -9.0],
                },
            ),
        ),
    ),
    spread("breath s", "movement.period_s", 2.5, 3.9, 5.5),
    spread("bowel mm", "movement.peristalsis_mm", 0.2, 1.0, 2.0),
    spread("restlessness mm", "movement.restlessness_mm", 0.01, 0.05, 0.1),
)

_ANY_TIME = Between(2.8, 5.0)
# A needle is drawn out when enough has been pushed.
_LATE = Between(6.3, 7.0)
_BORDER = {"border": "left", "reach_mm": Between(16.0, 32.0), "stay_s": 1.5, "start_s": _ANY_TIME}

DISTURBANCE: tuple[Factor, ...] = (
    Factor(
        "disturbance",
        (
            level("none"),
            level("none"),
            level(
                "needle back",
                {"disturbance.needle_move": {"start_s": _ANY_TIME, "back_mm": Between(3.0, 8.0)}},
            ),
            level("needle out", {"disturbance.needle_move": {"start_s": _LATE, "back_mm": 120.0}}),
            level("stylet out", {"disturbance.stylet": {"out_s": Between(0.3, 1.0)}}),
            level("hand", {"disturbance.hand": _BORDER}),
            level("syringe", {"disturbance.hand": _BORDER | {"thing": "syringe", "border": "right"}}),
            level("prior cement", {"disturbance.prior_cement": {}}, sites=SPINE),
            level(
                "venogram",
                {
                    "disturbance.venogram": {"start_s": 0.4, "duration_s": 0.8, "washout_s": 0.5},
                    "late_s": 1.4,
                },
            ),
            level("gas wave", {"disturbance.gas_wave": {"start_s": _ANY_TIME}}),
            level("jump", {"movement.jump_time_s": _ANY_TIME}),
            level("table", {"movement.pan_time_s": _ANY_TIME, "movement.pan_mm": [0.0, 0.0, 8.0]}),
            level(
                "exposure step",
                {"exposure.step_time_s": _ANY_TIME, "exposure.step_factor": Between(0.75, 1.4)},
            ),
            level(
                "pedal gap",
                {"machine.pedal_gaps": [{"after_s": Between(2.8, 3.6), "duration_s": 0.5}]},
            ),
        ),
    ),
)
