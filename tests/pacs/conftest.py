"""A real Orthanc with its DICOMweb plugin, in a network of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leakwatch.config.node import NodeConfig

from ..service.conftest import free_port, wait_for
from ..service.conftest import make_runs as make_runs
from ..service.conftest import service as service

_PLUGINS = Path("/usr/share/orthanc/plugins")


@dataclass(frozen=True)
class Orthanc:
    """A running server."""

    http_port: int
    dicom_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def node(self) -> NodeConfig:
        return NodeConfig(ae_title="ORTHANC", host="127.0.0.1", port=self.dicom_port)

    def ask(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}") as answer:
            return json.load(answer)

    def put(self, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(f"{self.url}{path}", data=json.dumps(body).encode(), method="PUT")
        with urllib.request.urlopen(request) as answer:
            answer.read()


def is_private() -> bool:
    """Whether nothing but this machine's loopback can be reached: this Orthanc listens on every address."""
    return {name for _, name in socket.if_nameindex()} <= {"lo"}


@pytest.fixture(scope="session")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    server = Orthanc(free_port(), free_port())
    with running(server, tmp_path_factory.mktemp("orthanc")):
        yield server


@contextmanager
def running(server: Orthanc, folder: Path) -> Iterator[None]:
    """Run a server whose data lie in `folder`."""
    program = shutil.which("Orthanc", path=f"/usr/sbin:{os.environ['PATH']}")
    if program is None or not (_PLUGINS / "libOrthancDicomWeb.so").exists():
        pytest.skip("no Orthanc with its DICOMweb plugin on this machine")
    if not is_private():
        pytest.skip("Orthanc listens on every address, and this network is not private: see Makefile")
    folder.mkdir(exist_ok=True)
    settings = {
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "HttpPort": server.http_port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "HttpCompressionEnabled": False,
        "DicomAet": "ORTHANC",
        "DicomPort": server.dicom_port,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "UnknownSopClassAccepted": True,
        "OverwriteInstances": True,
        "StableAge": 1,
        "Plugins": [str(_PLUGINS / "libOrthancDicomWeb.so")],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "Host": f"127.0.0.1:{server.http_port}"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen([program, str(folder / "orthanc.json")], stdout=log, stderr=log)
    try:

        def is_up() -> bool:
            assert process.poll() is None, (folder / "log.txt").read_text()
            try:
                return bool(server.ask("/system"))
            except (urllib.error.URLError, ConnectionError):
                return False

        wait_for(is_up, "Orthanc")
        yield
    finally:
        process.kill()  # its data are thrown away
        process.wait()
