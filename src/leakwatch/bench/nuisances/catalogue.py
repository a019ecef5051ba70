"""The nuisances that are tried: what each sets in a case, and why its frames may go undecided."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from leakwatch.bench.nuisances.nuisance import Nuisance
from leakwatch.bench.nuisances.overlays import blade, needle
from leakwatch.nouns import Reason

_MOVED = frozenset({Reason.MOTION})
_LATE_CEMENT_S, _LATE_LEAK_S = 3.4, 6.0
_EXPOSURE_FACTORS = (1.33, 0.75)
_JUMPS_MM = ([3.0, 2.0, -3.0], [7.0, 5.0, -8.0])
_BORDERS = ("left", "right")


def nuisances() -> tuple[Nuisance, ...]:
    """List all of them, the undisturbed run first."""
    return (
        Nuisance("none", _always({})),
        *_patient(),
        *_machine(),
        *_needle(),
        *_entering(),
        *_dense(),
    )


def named(name: str) -> Nuisance:
    """Find one.

    Raises
    ------
    ValueError
        There is none of this name.
    """
    for one in nuisances():
        if one.name == name:
            return one
    msg = f"no nuisance is called {name!r}; there are {', '.join(one.name for one in nuisances())}"
    raise ValueError(msg)


def _always(settings: Mapping[str, object]) -> Callable[[int], Mapping[str, object]]:
    return lambda _: settings


def _patient() -> tuple[Nuisance, ...]:
    deep = {
        "movement.bone_mm": [0.2, -0.3, -1.2],
        "movement.soft_mm": [1.0, -2.0, -6.0],
        "movement.gas_mm": [2.0, -3.0, -9.0],
    }
    soft = {"movement.bone_mm": [0.0, 0.0, 0.0], "movement.soft_mm": [1.0, -2.0, -6.0]}
    return (
        Nuisance("deep breathing", _always(deep)),
        Nuisance("soft tissue breathes, bone does not", _always(soft)),
        Nuisance(
            "patient jump",
            lambda seed: {"movement.jump_time_s": 3.1, "movement.jump_mm": _JUMPS_MM[seed // 2 % 2]},
            _MOVED,
        ),
        Nuisance(
            "table pan",
            _always(
                {
                    "movement.pan_time_s": 2.7,
                    "movement.pan_mm": [0.0, 0.0, 8.0],
                    "movement.pan_duration_s": 0.8,
                }
            ),
            _MOVED,
        ),
        Nuisance(
            "moving bowel gas",
            _always({"disturbance.gas_wave": {"start_s": 2.6, "duration_s": 1.0}, "anatomy.gas_pockets": 6}),
            _MOVED,
        ),
    )


def _machine() -> tuple[Nuisance, ...]:
    lead = {
        "collimator.form": "rectangle",
        "collimator.half_width_mm": 36.0,
        "collimator.half_height_mm": 32.0,
    }
    return (
        Nuisance(
            "exposure step",
            lambda seed: {
                "exposure.step_time_s": 3.2,
                "exposure.step_factor": _EXPOSURE_FACTORS[seed // 2 % 2],
            },
            frozenset({Reason.EXPOSURE}),
        ),
        Nuisance("settling start", _always({"exposure.settling_frames": 5})),
        Nuisance(
            "lag and recursive filter",
            _always({"detector.lag": 0.1, "processing.recursive": 0.6}),
        ),
        Nuisance("collimator edge", _always(lead)),
        Nuisance(
            "collimator edge moves in",
            _always({}),
            frozenset({Reason.DARK, Reason.EXPOSURE, Reason.MOTION}),
            overlay=lambda _: blade(2.8, 0.7, -2.0, 14.0),
        ),
        Nuisance(
            "collimator edge moves out",
            _always({}),
            frozenset({Reason.DARK, Reason.EXPOSURE, Reason.MOTION}),
            overlay=lambda _: blade(2.8, 0.7, 14.0, -2.0),
        ),
        Nuisance("burned-in text", _always({"processing.burned_in_text": "FLUORO 12.3 L3"})),
    )


def _needle() -> tuple[Nuisance, ...]:
    move = "disturbance.needle_move"
    seen = frozenset({Reason.MOTION, Reason.OBJECT})
    return (
        Nuisance(
            "needle drawn back",
            lambda seed: {move: {"start_s": 2.8, "duration_s": 0.6, "back_mm": 3.0 + 1.5 * (seed // 2 % 4)}},
            seen,
        ),
        Nuisance(
            "needle pushed on", _always({move: {"start_s": 2.8, "duration_s": 0.6, "back_mm": -3.0}}), seen
        ),
        Nuisance(
            "needle pushed through the bone",
            _always({move: {"start_s": 2.8, "duration_s": 0.6, "back_mm": -24.0}}),
            seen,
        ),
        Nuisance(
            "needle withdrawn", _always({move: {"start_s": 2.8, "duration_s": 0.8, "back_mm": 120.0}}), seen
        ),
        Nuisance(
            "stylet out",
            _always({"disturbance.stylet": {"out_s": 1.4, "duration_s": 0.7}}),
            seen,
            cement_s=2.5,
        ),
        Nuisance(
            "needle comes later",
            _always({}),
            seen,
            overlay=lambda seed: needle(2.7, 0.8, 12.0, 25.0 + 180 * (seed // 2 % 2), 4.0),
        ),
        Nuisance(
            "second needle beside the bone",
            _always({}),
            seen,
            overlay=lambda seed: needle(2.7, 0.8, -6.0, 80.0, 27.0 - 54.0 * (seed // 2 % 2)),
        ),
    )


def _entering() -> tuple[Nuisance, ...]:
    def come(thing: str, reach_mm: float) -> Callable[[int], Mapping[str, object]]:
        return lambda seed: {
            "disturbance.hand": {
                "thing": thing,
                "border": _BORDERS[seed // 2 % 2],
                "reach_mm": reach_mm,
                "start_s": 2.4,
                "stay_s": 1.0,
            }
        }

    seen = frozenset({Reason.OBJECT, Reason.MOTION, Reason.EXPOSURE})
    return (
        Nuisance("hand at the border", come("hand", 16.0), seen),
        Nuisance("hand over the bone", come("hand", 50.0), seen),
        Nuisance("syringe at the border", come("syringe", 16.0), seen),
        Nuisance("syringe over the bone", come("syringe", 50.0), seen),
    )


def _dense() -> tuple[Nuisance, ...]:
    return (
        Nuisance(
            "contrast venogram",
            lambda seed: {
                "disturbance.venogram": {
                    "start_s": (0.4, 1.6)[seed // 2 % 2],
                    "duration_s": 0.8,
                    "washout_s": 0.4,
                }
            },
            frozenset({Reason.MOTION}),
            cement_s=_LATE_CEMENT_S,
            leak_s=_LATE_LEAK_S,
        ),
        Nuisance("prior cement at the next level", _always({"disturbance.prior_cement": {}})),
    )
