"""What an orchestrator asks for, in the ``task.json`` beside the pictures."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from leakwatch.config import Config
from leakwatch.config.section import Section
from leakwatch.errors import ConfigError

KEY = "leakwatch"
"""Mercure lays settings of module and rule over each other: ours stand under a key of their own."""


class ModuleSettings(Section):
    """What can be set for a module."""

    config: Config = Config()
    outlines_from_input: bool = False
    """Take DICOM SEG, RTSTRUCT and presentation states among the input for outlines of bones."""


def read_task(path: Path, defaults: Config) -> ModuleSettings:
    """Read ``process.settings.leakwatch`` of a ``task.json``; without one, the defaults.

    Raises
    ------
    ConfigError
        The file is no JSON, or a setting is unknown or out of range; the message names the key.
    """
    if not path.is_file():
        return ModuleSettings(config=defaults)
    try:
        task = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path}: cannot be read as JSON ({type(error).__name__})"
        raise ConfigError(msg) from error
    asked = _settings(task)
    try:
        if "config" not in asked:
            asked = {**asked, "config": defaults}
        return ModuleSettings.model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        why = "is not a known setting" if first["type"] == "extra_forbidden" else first["msg"]
        # the value stays unsaid: a task is about a patient
        msg = f"{path}: process.settings.{KEY}.{key}: {why}"
        raise ConfigError(msg) from error


def _settings(task: object) -> dict[str, object]:
    """Find our settings; a chain of modules has a list of steps, and ours is the first that names them."""
    process = task.get("process") if isinstance(task, dict) else None
    for step in process if isinstance(process, list) else [process]:
        settings = step.get("settings") if isinstance(step, dict) else None
        ours = settings.get(KEY) if isinstance(settings, dict) else None
        if isinstance(ours, dict):
            return ours
    return {}
