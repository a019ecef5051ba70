"""Keys for calls over TLS, both ends checked (PS3.15 B.9, BCP 195)."""

from __future__ import annotations

import ssl

from leakwatch.config.node import TlsConfig
from leakwatch.errors import ConfigError


def client_context(keys: TlsConfig) -> ssl.SSLContext:
    """Make the context of whoever calls.

    Raises
    ------
    ConfigError
        A file cannot be read or is no key or certificate.
    """
    return _context(ssl.Purpose.SERVER_AUTH, keys)


def server_context(keys: TlsConfig) -> ssl.SSLContext:
    """Make the context of whoever is called; callers must show a certificate. Raises as `client_context`."""
    context = _context(ssl.Purpose.CLIENT_AUTH, keys)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _context(purpose: ssl.Purpose, keys: TlsConfig) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(purpose, cafile=str(keys.authority))
        context.load_cert_chain(str(keys.certificate), str(keys.key))
    except OSError as error:
        files = f"{keys.certificate}, {keys.key} and {keys.authority}"
        msg = f"tls: {files} cannot be used ({error.strerror or error})"
        raise ConfigError(msg) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
