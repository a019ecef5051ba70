"""Taking runs in over the network, and sending results back."""

import ipaddress
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from leakwatch.config.node import AeTitle, NodeConfig, Port, TlsConfig
from leakwatch.config.section import Section


class HealthConfig(Section):
    """Where `/health` and `/metrics` answer."""

    host: str = "127.0.0.1"
    port: Port = 11180


class RetryConfig(Section):
    """How often something is tried again; waits double from `first_s` to `most_s`."""

    first_s: float = Field(default=5.0, gt=0)
    most_s: float = Field(default=900.0, gt=0)
    analyses: int = Field(default=3, ge=1)
    """An analysis that dies so often has failed."""
    refusals: int = Field(default=5, ge=1)
    """A result that a node refuses so often is not sent again; a node that cannot be reached is, for ever."""


class ListenConfig(Section):
    """`leakwatch listen`: who may send what, and where results go."""

    ae_title: AeTitle = "LEAKWATCH"
    host: str = "127.0.0.1"
    """Address to listen at; ``0.0.0.0`` is every address of this machine."""
    port: Port = 11112
    callers: tuple[AeTitle, ...] = ()
    """Titles that may send. Empty takes anyone, which only a loopback address may."""
    tls: TlsConfig | None = None
    """Keys for calls over TLS; callers then need a certificate as well."""
    partner_wait_s: float = Field(default=60.0, ge=0)
    """How long one plane of a biplane recording waits for the other before it is analysed alone."""
    series_quiet_s: float = Field(default=30.0, ge=0)
    """A series of single pictures is analysed once none of them has come for so long."""
    late_s: float = Field(default=86400.0, ge=0)
    """What comes within this after its other plane, or the pictures of its series, were analysed has them
    analysed again, together with it; so long their recordings are kept."""
    outlines: Path | None = None
    """Outlines that every analysis is given, file or folder, beside those that arrive in its study."""
    send_to: NodeConfig | None = None
    """Node that gets the results; without, they are only written."""
    commitment: bool = True
    """Ask the node to commit itself to what it was sent, where it offers that; `listen` alone hears it."""
    keep_received: bool = False
    """Keep recordings that were analysed; the sender has them."""
    health: HealthConfig | None = HealthConfig()
    retry: RetryConfig = RetryConfig()

    @model_validator(mode="after")
    def _is_not_open_to_all(self) -> Self:
        if not self.callers and not _is_loopback(self.host):
            msg = "callers must name who may send where host is not a loopback address"
            raise ValueError(msg)
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
