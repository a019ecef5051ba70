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
    machine = config.machine
    half_mm = 0.5 * max(machine.rows, machine.columns) * machine.pixel_mm
    patient = build_patient(config.anatomy, half_mm, patient_seeds)
    return Scene(
        config,
        patient,
        plan_injection(config, patient, end_of_case_s(config), np.random.default_rng(cement_seeds)),
        draw_movement(config.movement, np.random.default_rng(movement_seeds)),
    )


def end_of_case_s(config: CaseSection) -> float:
    """When the last frame of the last view is taken, on the case's clock."""
    machine = config.machine
    return max(view.start_s + float(frame_times_s(machine, view)[-1]) for view in machine.views)
