"""Find and check the description of a case: a packaged preset, with a file laid over it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leakwatch.errors import ConfigError
from leakwatch.simulate.config.case import CaseSection

_PRESETS = "leakwatch.simulate.presets"


def preset_names() -> tuple[str, ...]:
    """Names of the packaged presets, sorted."""
    files = resources.files(_PRESETS).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


def preset_summaries() -> tuple[tuple[str, str], ...]:
    """Name and first line of comment of each preset."""
    texts = ((name, _preset_text(name)) for name in preset_names())
    return tuple((name, text.splitlines()[0].removeprefix("#").strip()) for name, text in texts)


def load_case(preset: str | None = None, config: Path | None = None) -> CaseSection:
    """Read a preset and lay the keys of a YAML or JSON file over it, section by section.

    Without a preset the file is laid over the defaults.

    Raises
    ------
    ConfigError
        There is no such preset, or the file cannot be read, is not a mapping, or holds an unknown key
        or a value out of range; the message names the file and the key.
    """
    content: dict[str, Any] = {}
    origin = "defaults"
    if preset is not None:
        if preset not in preset_names():
            msg = f"no preset is called {preset!r}; there are {', '.join(preset_names())}"
            raise ConfigError(msg)
        origin = f"preset {preset}"
        content = _mapping(_preset_text(preset), origin)
    if config is not None:
        try:
            text = config.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"{config}: cannot be read ({error.__class__.__name__})"
            raise ConfigError(msg) from error
        content = merged(content, _mapping(text, str(config)))
        origin = str(config)
    try:
        return CaseSection.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "case"
        msg = f"{origin}: {key}: {first['msg']}"
        raise ConfigError(msg) from error


def _preset_text(name: str) -> str:
    return resources.files(_PRESETS).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


# YAML holds whatever its author wrote until `CaseSection` has checked it.
def _mapping(text: str, origin: str) -> dict[str, Any]:
    try:
        content = YAML(typ="safe").load(text)
    except YAMLError as error:
        msg = f"{origin}: is not valid YAML ({str(error).splitlines()[0]})"
        raise ConfigError(msg) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        msg = f"{origin}: must hold a mapping of keys to values, not a {type(content).__name__}"
        raise ConfigError(msg)
    return content


def merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Give `under` with the keys of `over`; mappings merge, everything else is replaced."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = merged(below, value)
        else:
            result[key] = value
    return result
