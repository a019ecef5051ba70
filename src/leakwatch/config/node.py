"""Another machine that speaks DICOM: what a call to it needs."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from leakwatch.config.section import Section

AeTitle = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=16, pattern=r"^[ -\[\]-~]+$")
]
"""An application entity's title: 1 to 16 printable characters but a backslash (PS3.5 table 6.2-1)."""

Port = Annotated[int, Field(ge=1, le=65535)]


class TlsConfig(Section):
    """Keys for calls over TLS, PEM files; the peer's certificate is always checked.

    Attributes
    ----------
    certificate, key
        Our own.
    authority
        Whoever signed the peer's certificate.
    """

    certificate: Path
    key: Path
    authority: Path


class NodeConfig(Section):
    """One node that can be called; TLS where keys are given."""

    ae_title: AeTitle
    host: str = Field(min_length=1)
    port: Port = 104
    tls: TlsConfig | None = None
