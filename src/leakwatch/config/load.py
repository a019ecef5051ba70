"""Read a configuration file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leakwatch.config.tree import Config
from leakwatch.errors import ConfigError


def load_config(path: Path | None) -> Config:
    """Read and check a YAML or JSON configuration; None gives the defaults.

    Raises
    ------
    ConfigError
        The file cannot be read, is not a mapping, or holds an unknown key or a value out of range;
        the message names the file and the key.
    """
    if path is None:
        return Config()
    try:
        # YAML 1.2: 1e-3 is a number and `no` a word, unlike PyYAML's 1.1.
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        msg = f"{path}: cannot be read ({why})"
        raise ConfigError(msg) from error
    except YAMLError as error:
        msg = f"{path}: is not valid YAML ({str(error).splitlines()[0]})"
        raise ConfigError(msg) from error
    if content is None:
        return Config()
    if not isinstance(content, dict):
        msg = f"{path}: must hold a mapping of keys to values, not a {type(content).__name__}"
        raise ConfigError(msg)
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        why = "is not a known setting" if first["type"] == "extra_forbidden" else first["msg"]
        msg = f"{path}: {key}: {why} (got {first['input']!r})"
        raise ConfigError(msg) from error
