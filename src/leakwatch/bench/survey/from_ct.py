"""Cases of the survey with patients from CTs: another spine in each, everything else as it was drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.config.section import Section
from leakwatch.errors import ConfigError
from leakwatch.nouns import Site
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.config.case import CaseSection

_STREAM = 10


class PatientsFile(Section):
    """Vertebrae of CTs, each described as `anatomy` is in a case."""

    patients: tuple[CtSection, ...] = Field(min_length=1)


def load_patients(path: Path) -> tuple[CtSection, ...]:
    """Read a YAML file of patients.

    Raises
    ------
    ConfigError
        It cannot be read, or is not of this form.
    """
    try:
        return PatientsFile.model_validate(YAML(typ="safe").load(path)).patients
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        msg = f"{path}: cannot be read ({error.__class__.__name__})"
        raise ConfigError(msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        msg = f"{path}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise ConfigError(msg) from error


def has_vertebra(drawn: DrawnCase) -> bool:
    """Whether a vertebra is treated in a case: such a case can have a patient from a CT."""
    return drawn.site == Site.VERTEBRA


def in_a_ct(drawn: DrawnCase, patients: tuple[CtSection, ...], seed: int) -> DrawnCase:
    """Give a drawn case one of the patients, whom the seed picks, with the needle from the side it had."""
    pick = int(np.random.default_rng([seed, _STREAM, drawn.index]).integers(len(patients)))
    side = drawn.case.anatomy.needle_side
    anatomy = patients[pick].model_copy(update={"needle_side": side})
    told = drawn.case.model_dump(by_alias=True) | {"anatomy": anatomy.model_dump()}
    return replace(drawn, case=CaseSection.model_validate(told))
