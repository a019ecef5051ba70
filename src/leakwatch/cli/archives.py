"""From what a user calls an archive to where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakwatch.config import Config
    from leakwatch.config.node import NodeConfig
    from leakwatch.config.nodes import WebConfig


def node_archive(text: str, settings: Config) -> NodeConfig:
    """Give the node that a user names, or spells out as TITLE@HOST:PORT.

    Raises
    ------
    UsageError
        It is neither.
    """
    from pydantic import ValidationError

    from leakwatch.config.node import NodeConfig
    from leakwatch.errors import UsageError

    if text in settings.archives.nodes:
        return settings.archives.nodes[text]
    match = re.fullmatch(r"([^@]+)@([^:@]+)(?::(\d+))?", text)
    if match is None:
        known = ", ".join(sorted(settings.archives.nodes)) or "none"
        msg = f"--node: {text!r:.80} is neither TITLE@HOST:PORT nor one of archives.nodes ({known})"
        raise UsageError(msg)
    title, host, port = match.groups()
    try:
        return NodeConfig(ae_title=title, host=host, port=int(port or 104))
    except ValidationError as error:
        msg = f"--node: {error.errors()[0]['msg']} (got {text!r:.80})"
        raise UsageError(msg) from error


def web_archive(text: str, settings: Config, option: str = "--web") -> WebConfig:
    """Give the web service that a user names, or whose URL it is; `option` is how it was given.

    Raises
    ------
    UsageError
        It is neither.
    """
    from leakwatch.config.nodes import WebConfig
    from leakwatch.errors import UsageError

    if text in settings.archives.web:
        return settings.archives.web[text]
    if not re.match(r"https?://", text):
        known = ", ".join(sorted(settings.archives.web)) or "none"
        msg = f"{option}: {text!r:.80} is neither a URL nor one of archives.web ({known})"
        raise UsageError(msg)
    return WebConfig(url=text)


def one_archive(node: str | None, web: str | None, settings: Config, command: str) -> NodeConfig | WebConfig:
    """Give the archive that one of two options names.

    Raises
    ------
    UsageError
        None of them or both are given, or there is no such archive.
    """
    from leakwatch.errors import UsageError

    if (node is None) == (web is None):
        msg = f"{command} needs one of --node and --web"
        raise UsageError(msg)
    return node_archive(node, settings) if node is not None else web_archive(str(web), settings)
