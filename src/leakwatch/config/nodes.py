"""Archives by name, so that a command line need not spell out addresses."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from leakwatch.config.node import NodeConfig
from leakwatch.config.section import Section


class WebConfig(Section):
    """An archive's DICOMweb service (PS3.18)."""

    url: Annotated[str, StringConstraints(pattern=r"^https?://")]
    """Where QIDO, WADO and STOW begin, as ``https://archive/dicom-web``."""
    user: str | None = None
    password_variable: str | None = None
    """Name of the environment variable that holds the password; passwords stand in no file."""
    authority: Path | None = None
    """Whoever signed the server's certificate, PEM; the system's authorities without."""


class ArchivesConfig(Section):
    """`leakwatch fetch --node NAME`, `--web NAME`."""

    nodes: dict[str, NodeConfig] = Field(default_factory=dict)
    """By DIMSE."""
    web: dict[str, WebConfig] = Field(default_factory=dict)
    """By DICOMweb."""
