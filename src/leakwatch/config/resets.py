"""Read a list of resets (``leakwatch.resets/1``): when the operator acknowledged an alarm and went on."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leakwatch.config.imaging import ResetConfig
from leakwatch.errors import ConfigError


class _ResetFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    schema_id: Literal["leakwatch.resets/1"] = Field(alias="schema")
    resets: tuple[ResetConfig, ...]


def load_resets(path: Path) -> tuple[ResetConfig, ...]:
    """Read one file.

    Raises
    ------
    ConfigError
        The file cannot be read, is not JSON, or breaks the schema; the message names the file and the place.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror or error})"
        raise ConfigError(msg) from error
    try:
        return _ResetFile.model_validate_json(content).resets
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "list of resets"
        msg = f"{path}: {place}: {first['msg']}"
        raise ConfigError(msg) from error
