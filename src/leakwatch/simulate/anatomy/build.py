"""Which builder makes which patient."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.ct.build import build_ct_patient
from leakwatch.simulate.anatomy.ct.exits import ct_exit
from leakwatch.simulate.anatomy.hip.build import build_hip_patient
from leakwatch.simulate.anatomy.hip.exits import hip_exit
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.sacrum.build import build_sacrum_patient
from leakwatch.simulate.anatomy.sacrum.exits import sacrum_exit
from leakwatch.simulate.anatomy.spine.build import build_spine_patient
from leakwatch.simulate.anatomy.spine.exits import spine_exit
from leakwatch.simulate.config.anatomy import AnyPatient, CtSection, SacrumSection, SpineSection
from leakwatch.simulate.config.injection import LeakKind


def build_patient(section: AnyPatient, half_mm: float, seeds: np.random.SeedSequence) -> Patient:
    """Make the patient a configuration describes.

    Parameters
    ----------
    half_mm
        Half the picture's edge at the isocentre plane: nothing further off needs to be made.
    seeds
        One child a part is spawned, so that changing one part leaves the others as they were.

    Raises
    ------
    ValueError
        The configuration describes what cannot be built.
    """
    if isinstance(section, CtSection):
        return build_ct_patient(section, half_mm, seeds)
    if isinstance(section, SpineSection):
        return build_spine_patient(section, half_mm, seeds)
    if isinstance(section, SacrumSection):
        return build_sacrum_patient(section, half_mm, seeds)
    return build_hip_patient(section, half_mm, seeds)


def find_exit(section: AnyPatient, patient: Patient, kind: LeakKind, rng: np.random.Generator) -> Exit:
    """Say where and into what a kind of leak goes in this patient.

    Raises
    ------
    ValueError
        This anatomy has no such way out; the text names both.
    """
    if isinstance(section, CtSection):
        return ct_exit(section, patient, kind, rng)
    if isinstance(section, SpineSection):
        return spine_exit(section, patient, kind, rng)
    if isinstance(section, SacrumSection):
        return sacrum_exit(section, patient, kind, rng)
    return hip_exit(section, patient, kind, rng)
