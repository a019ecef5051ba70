"""Stages that can be left out, one at a time: a line in a table for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leakwatch.config import Config


@dataclass(frozen=True, slots=True)
class Ablation:
    """One stage and the setting that leaves it out.

    Attributes
    ----------
    stage
        What is left out, as the report calls it.
    setting
        Key of the configuration, sections apart by dots.
    value
        What it is set to.
    """

    stage: str
    setting: str
    value: bool | float


ABLATIONS = (
    Ablation("following the bone", "imaging.motion.follow", False),
    Ablation("the wait before frames enter the reference", "imaging.reference.hold_s", 0.0),
    Ablation("taking away sliding soft tissue", "imaging.evidence.remove_sliding", False),
    Ablation("measuring nuisance place by place", "imaging.evidence.local_nuisance", False),
    Ablation("finding hands, syringes and moving needles", "imaging.objects.find", False),
    Ablation("finding collimator blades", "imaging.field.find_blades", False),
    Ablation("finding burned-in text", "imaging.field.find_text", False),
    Ablation("the pause after a jump", "imaging.motion.jump_hold_s", 0.0),
    Ablation("the margin for the outline's own error", "imaging.leak.outline_error_mm", 0.0),
    Ablation("the lower levels where the network agrees", "imaging.cement.agreed", False),
    Ablation("the learned odds of a leak", "imaging.alarm.learned", False),
)


def left_out(ablation: Ablation, config: Config) -> Config:
    """Give the settings without one stage.

    Raises
    ------
    pydantic.ValidationError
        There is no such setting, or it cannot have that value.
    """
    content: dict[str, Any] = config.model_dump(by_alias=True)
    *sections, key = ablation.setting.split(".")
    inner = content
    for section in sections:
        inner = inner.setdefault(section, {})
    inner[key] = ablation.value
    return Config.model_validate(content)


def ablations_of(config: Config) -> tuple[Ablation, ...]:
    """Give those that leave something out which these settings have."""
    return tuple(one for one in ABLATIONS if _value(one.setting, config) != one.value)


def _value(setting: str, config: Config) -> object:
    value: object = config
    for key in setting.split("."):
        value = getattr(value, key)
    return value
