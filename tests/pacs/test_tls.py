"""Over TLS only those are heard whose certificate is signed by whom we trust."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leakwatch.config.node import NodeConfig, TlsConfig
from leakwatch.errors import ConfigError
from leakwatch.pacs.tls import client_context

from ..service.conftest import Service
from ..service.conftest import make_runs as make_runs
from ..service.conftest import service as service


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@pytest.fixture
def keys(tmp_path: Path) -> Callable[[str], TlsConfig]:
    """Make keys signed by an authority of a name: ``keys("ours")``."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")

    def make(authority: str) -> TlsConfig:
        folder = tmp_path / authority
        if not folder.exists():
            folder.mkdir()
            root, key = str(folder / "root.pem"), str(folder / "root.key")
            openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={authority}",
                "-keyout", key, "-out", root,
            )  # fmt: skip
            request, own = str(folder / "own.csr"), str(folder / "own.key")
            openssl(
                "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=own", "-keyout", own, "-out", request
            )
            (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
            openssl(
                "x509", "-req", "-in", request, "-CA", root, "-CAkey", key, "-CAcreateserial", "-days", "2",
                "-extfile", str(folder / "names"), "-out", str(folder / "own.pem"),
            )  # fmt: skip
        return TlsConfig(
            certificate=folder / "own.pem", key=folder / "own.key", authority=folder / "root.pem"
        )

    return make


@pytest.mark.slow
def test_only_known_certificates_are_heard(
    keys: Callable[[str], TlsConfig],
    service: Callable[..., Service],
    make_runs: Callable[..., list[Path]],
) -> None:
    ours, others = keys("ours"), keys("others")
    listener = service(tls=ours.model_dump(mode="json"))
    listener.start()
    place = {"ae_title": "LEAKWATCH", "host": "127.0.0.1", "port": listener.port}
    (path,) = make_runs(1)
    for tls in (None, others, others.model_copy(update={"authority": ours.authority})):
        assert not is_taken(path, NodeConfig(**place, tls=tls))
    assert listener.count("received") == 0
    assert is_taken(path, NodeConfig(**place, tls=ours))
    listener.wait_until_idle(1)


def is_taken(path: Path, node: NodeConfig) -> bool:
    """Send in a process of its own: pynetdicom leaves sockets open where a handshake fails."""
    code = (
        "import sys; from pathlib import Path; from leakwatch.config.node import NodeConfig;"
        "from leakwatch.pacs.store import send;"
        "node = NodeConfig.model_validate_json(sys.argv[1]);"
        "print([one.ok for one in send([Path(sys.argv[2])], node, 'SENDER', timeout_s=10)])"
    )
    command = [sys.executable, "-c", code, node.model_dump_json(), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[True]", "[False]")
    return done.stdout.strip() == "[True]"


def test_keys_that_are_none_are_said(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no key")
    with pytest.raises(ConfigError, match=r"wrong\.pem.*cannot be used"):
        client_context(TlsConfig(certificate=wrong, key=wrong, authority=wrong))
