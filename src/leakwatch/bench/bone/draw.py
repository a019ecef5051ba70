"""Draw the patients and the views that the bone network learns from, and is judged by.

Patients are those of the survey, of more builds: thoracic to lumbar, dense to porous, and anywhere in the
picture, so that the middle of the picture is no sign of the bone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from leakwatch.bench.survey.draw import draw as draw_survey_case
from leakwatch.nouns import Site
from leakwatch.simulate.config.case import CaseSection

_VERTEBRAE_OF_TEN = 6
_FRAMES = 4
_FIRST_STREAM = 64
_AXIAL_RATIO = 1100.0 / 720.0
_PIXEL_MM = 0.6
"""Of the views: their pictures are averaged down to a millimetre."""
_LARGEST_FIELD_MM = 200.0
_OFF_CENTRE_MM = 9.0
# Body width, depth and height, mm: from a thoracic spine to a large lumbar one.
_SMALLEST, _LARGEST = np.array([27.0, 25.0, 18.0]), np.array([54.0, 39.0, 32.0])


class Direction(StrEnum):
    """From where a bone is looked at."""

    AP = "AP"
    OBLIQUE = "oblique"
    LATERAL = "lateral"


@dataclass(frozen=True, slots=True)
class DrawnView:
    """One view of a patient: how it is looked at, and the case that has this view alone."""

    direction: Direction
    case: CaseSection


@dataclass(frozen=True, slots=True)
class DrawnPatient:
    """A patient, the seed that makes it, and the views that are taken of it."""

    case: CaseSection
    simulation_seed: int
    views: tuple[DrawnView, ...]


def draw_patient(index: int, seed: int, views: int) -> DrawnPatient:
    """Draw patient `index` of `seed`, seen from so many directions; the same numbers give the same.

    Raises
    ------
    ValueError
        What was drawn describes no case.
    """
    rng = np.random.default_rng([seed, _FIRST_STREAM, index])
    wanted = Site.VERTEBRA if rng.integers(10) < _VERTEBRAE_OF_TEN else None
    at = 2 * index
    drawn = draw_survey_case(at, seed)
    while (drawn.site == Site.VERTEBRA) != (wanted is Site.VERTEBRA):
        at += 100_000
        drawn = draw_survey_case(at, seed)
    content = drawn.case.model_dump(mode="json", by_alias=True)
    content["name"] = f"bone-{index:04d}"
    content["leak"] = None
    # What comes later in a recording plays no part: only frames before the cement are looked at.
    kept = content["disturbance"]
    content["disturbance"] = {name: kept[name] for name in ("stylet", "prior_cement") if kept.get(name)}
    content["cement"] |= {"start_s": 60.0, "pauses": []}
    content["processing"]["burned_in_text"] = ""
    # The picture is read back from its stored values, whatever those of a file might have been.
    content["chain"] = {"relationship": "LOG", "bits_stored": 16, "lsb_per_neper": 4000.0}
    content["movement"] |= {"jump_time_s": None, "pan_time_s": None}
    content["anatomy"] |= _build(content["anatomy"], rng)
    content["machine"] |= {"views": [{}], "layout": "single", "pedal_gaps": [], "frames": _FRAMES}
    content["machine"] |= _matrix(_LARGEST_FIELD_MM) | {"oversampling": 1}
    whole = CaseSection.model_validate(content)
    directions = [_direction(at, drawn.site, rng) for at in range(views)]
    return DrawnPatient(
        whole, drawn.simulation_seed, tuple(_view(content, direction, rng) for direction in directions)
    )


def _build(anatomy: Mapping[str, Any], rng: np.random.Generator) -> dict[str, object]:
    """Give what patients differ in, beyond what the survey's do."""
    build: dict[str, object] = {
        "voxel_mm": 0.9,
        "centre_mm": [float(n) for n in np.clip(rng.normal(0, _OFF_CENTRE_MM, 3), -22, 22)],
        "trabecular_variation": float(rng.uniform(0.2, 0.8)),
        "unevenness_mm": float(rng.uniform(0.1, 0.7)),
        "trunk_width_mm": float(rng.uniform(270, 430)),
        "trunk_depth_mm": float(rng.uniform(190, 310)),
        "gas_pockets": int(rng.integers(0, 18)),
    }
    if anatomy["kind"] != "spine":
        return build
    size = _SMALLEST + (_LARGEST - _SMALLEST) * rng.uniform()
    width, depth, height = (float(n) for n in size * rng.uniform(0.9, 1.1, 3))
    collapse_mm = float(rng.uniform(0, 0.4) * height) if rng.random() < 0.7 else 0.0
    return build | {
        "body_width_mm": width,
        "body_depth_mm": depth,
        "body_height_mm": height,
        "disc_height_mm": float(rng.uniform(0.16, 0.45) * height),
        "endplate_concavity_mm": float(rng.uniform(0.3, 4.0)),
        "collapse_mm": min(13.0, collapse_mm),
        "collapse_form": str(rng.choice(["wedge", "biconcave", "crush"])),
        "wall_mm": float(rng.uniform(0.25, 0.9)),
        "endplate_mm": float(rng.uniform(0.35, 1.2)),
        "lordosis_deg": float(rng.uniform(-11, 11)),
        "scoliosis_deg": float(rng.uniform(-8, 8)),
        "bone_density": float(rng.uniform(0.35, 1.6)),
        "lesion": _lesion(rng) if rng.random() < 0.25 else None,
        "ribs": bool(rng.random() < 0.5),
        "aortic_calcification": float(max(0.0, rng.uniform(-0.4, 0.6))),
        "vary": 1.3,
    }


def _lesion(rng: np.random.Generator) -> dict[str, object]:
    return {
        "centre_mm": [float(n) for n in rng.normal(0, 6, 3)],
        "radii_mm": [float(n) for n in rng.uniform(4, 10, 3)],
        "bone_left": float(rng.uniform(0, 0.4)),
    }


def _direction(at: int, site: str, rng: np.random.Generator) -> Direction:
    """Every direction in turn; across a hip the other one lies in the beam."""
    if site in (Site.FEMUR, Site.ACETABULUM):
        return Direction.AP if at % 2 == 0 else Direction.OBLIQUE
    if at % 3 == 2 and rng.random() < 0.3:
        return Direction.OBLIQUE
    return Direction.AP if at % 2 == 0 else Direction.LATERAL


def _view(content: Mapping[str, Any], direction: Direction, rng: np.random.Generator) -> DrawnView:
    primary = {
        Direction.AP: float(rng.normal(0, 9)),
        Direction.LATERAL: float(rng.choice([-90, 90]) + rng.normal(0, 7)),
        Direction.OBLIQUE: float(rng.choice([-1, 1]) * rng.uniform(20, 70)),
    }[direction]
    secondary = float(np.clip(rng.normal(0, 10), -25, 25))
    field_mm = float(rng.uniform(85.0, _LARGEST_FIELD_MM))
    half_mm = field_mm / 2
    form = str(rng.choice(["open", "rectangle", "circle"]))
    collimator = {
        "form": form,
        "half_width_mm": half_mm * float(rng.uniform(0.7, 1.0)),
        "half_height_mm": half_mm * float(rng.uniform(0.7, 1.0)),
    }
    machine = content["machine"] | _matrix(field_mm)
    machine["views"] = [{"primary_deg": primary, "secondary_deg": secondary}]
    case = {**content, "machine": machine, "collimator": content["collimator"] | collimator}
    return DrawnView(direction, CaseSection.model_validate(case))


def _matrix(field_mm: float) -> dict[str, object]:
    side = round(field_mm / _PIXEL_MM)
    return {"rows": side, "columns": side, "imager_spacing_mm": field_mm / side * _AXIAL_RATIO}
