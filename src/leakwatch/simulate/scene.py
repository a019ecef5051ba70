"""A case at rest, in three dimensions: everything the machine will look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.anatomy.build import build_patient
from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.injection.plan import Injection, plan_injection
from leakwatch.simulate.machine.clock import frame_times_s
from leakwatch.simulate.motion.movement import Movement, draw_movement

_BEHIND_MM = 65.0
"""How far bone reaches behind or before the isocentre: a ray aslant meets it that much higher or lower."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Patient, planned injection and movement, in patient space (LPS mm, isocentre origin)."""

    config: CaseSection
    patient: Patient
    injection: Injection
    movement: Movement


def build_scene(config: CaseSection, seed: int) -> Scene:
    """Draw a case. The same configuration and seed give the same scene.

    Raises
    ------
    ValueError
        The configuration asks for what this anatomy cannot have, or more cement than there is room for.
    """
    # One stream per part, so that changing one part leaves the others as they were.
    patient_seeds, cement_seeds, movement_seeds = np.random.SeedSequence([seed, 1]).spawn(3)
    patient = build_patient(config.anatomy, _half_mm(config), patient_seeds)
    return Scene(
        config,
        patient,
        plan_injection(config, patient, end_of_case_s(config), np.random.default_rng(cement_seeds)),
        draw_movement(config.movement, np.random.default_rng(movement_seeds)),
    )


def _half_mm(config: CaseSection) -> float:
    """How far from the isocentre anything may come into a picture, up, down or aside."""
    machine, movement = config.machine, config.movement
    half = 0.5 * max(machine.rows, machine.columns) * machine.pixel_mm
    steepest = max(abs(view.secondary_deg) for view in machine.views)
    slant = _BEHIND_MM * np.tan(np.deg2rad(steepest))
    jump = 0.0 if movement.jump_time_s is None else np.linalg.norm(movement.jump_mm)
    pan = 0.0 if movement.pan_time_s is None else np.linalg.norm(movement.pan_mm)
    return float(half + slant + jump + pan)


def end_of_case_s(config: CaseSection) -> float:
    """When the last frame of the last view is taken, on the case's clock."""
    machine = config.machine
    return max(view.start_s + float(frame_times_s(machine, view)[-1]) for view in machine.views)
