"""OHIF beside a real Orthanc that holds the sample recording and its results, pictured by a real browser.

    npm pack @ohif/app && tar xzf ohif-app-*.tgz
    unshare -Urn sh -c 'ip link set lo up && exec "$@"' sh \
        python -m tests.pacs.ohif --app package/dist --pictures FOLDER
"""

from __future__ import annotations

import argparse
import http.client
import http.server
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pydicom

from ..review.chromium import Page
from ..service.conftest import dcmtk, free_port
from .conftest import Orthanc, running

SAMPLE = Path(__file__).parents[2] / "sample_dicom" / "leak-lateral"
SETTLE_S = 6.0
"""Pictures are decoded and drawn by workers, of which the page says nothing."""
KINDS = ("OT", "SEG", "SR", "PR", "KO")
"""Modality of each result; of each there is a picture at the end."""
MIDDLE = (800.0, 450.0)
"""A point of the viewport."""
BUTTON = "[...document.querySelectorAll('button')].find(one => one.innerText == '{}')"
ENTRY = """(() => {{
    const entry = [...document.querySelectorAll('[data-cy^=study-browser-thumbnail]')]
        .find(one => one.innerText.startsWith('{}')).getBoundingClientRect();
    return [entry.x + entry.width / 2, entry.y + entry.height / 2];
}})()"""
"""Where in the list of series the first of a modality is."""
CONFIG: dict[str, Any] = {
    "routerBasename": "/",
    "extensions": [],
    "modes": [],
    "customizationService": {},
    "showStudyList": True,
    "investigationalUseDialog": {"option": "never"},
    "maxNumberOfWebWorkers": 2,
    "showWarningMessageForCrossOrigin": False,
    "showCPUFallbackMessage": False,
    "strictZSpacingForVolumeViewport": True,
    "defaultDataSourceName": "orthanc",
    "dataSources": [
        {
            "namespace": "@ohif/extension-default.dataSourcesModule.dicomweb",
            "sourceName": "orthanc",
            "configuration": {
                "friendlyName": "Orthanc",
                "name": "orthanc",
                "wadoUriRoot": "/wado",
                "qidoRoot": "/dicom-web",
                "wadoRoot": "/dicom-web",
                "qidoSupportsIncludeField": False,
                "imageRendering": "wadors",
                "thumbnailRendering": "wadors",
                "enableStudyLazyLoad": True,
                "supportsFuzzyMatching": False,
                "supportsWildcard": True,
                "omitQuotationForMultipartRequest": True,
            },
        }
    ],
}


def serve(app: Path, orthanc: Orthanc, port: int) -> http.server.ThreadingHTTPServer:
    """Serve OHIF, its settings, and Orthanc's DICOMweb at one address, which needs no leave to cross."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(app))

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith(("/dicom-web", "/wado")):
                self._pass_on()
            elif path == "/app-config.js":
                self._answer(f"window.config = {json.dumps(CONFIG)};".encode(), "text/javascript")
            elif (app / path.lstrip("/")).is_file():
                super().do_GET()
            else:  # a page of the program, not a file
                self._answer((app / "index.html").read_bytes(), "text/html")

        def _pass_on(self) -> None:
            link = http.client.HTTPConnection("127.0.0.1", orthanc.http_port)
            link.request("GET", self.path, headers={"Accept": self.headers.get("Accept", "*/*")})
            answer = link.getresponse()
            self._answer(answer.read(), answer.getheader("Content-Type") or "", answer.status)

        def _answer(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def fill(orthanc: Orthanc, folder: Path) -> tuple[tuple[str, str], tuple[str, str]]:
    """Analyse the sample and store it with its results.

    Gives study and series of the run that alarmed, and of its overlay.
    """
    analyze = [sys.executable, "-m", "leakwatch.cli.main", "analyze", "--dicom", "--quiet"]
    given = [str(SAMPLE / "dicom"), "--outline", str(SAMPLE / "outline.json"), "-o", str(folder)]
    subprocess.run([*analyze, *given], check=True)
    files = [str(path) for path in sorted([*SAMPLE.rglob("*.dcm"), *folder.rglob("*.dcm")])]
    port = str(orthanc.dicom_port)
    subprocess.run([dcmtk("dcmsend"), "-aec", "ORTHANC", "127.0.0.1", port, *files], check=True)
    # Only a run that alarmed has key objects.
    (keys,) = folder.rglob("key-objects.dcm")
    overlay = pydicom.dcmread(keys.with_name("overlay.dcm"), stop_before_pixels=True)
    heads = [pydicom.dcmread(path, stop_before_pixels=True) for path in sorted(SAMPLE.rglob("*.dcm"))]
    uid = keys.relative_to(folder / "runs").parts[0]
    run = next(head for head in heads if uid == head.SOPInstanceUID)
    study = str(run.StudyInstanceUID)
    return (study, str(run.SeriesInstanceUID)), (study, str(overlay.SeriesInstanceUID))


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.pacs.ohif", description=__doc__)
    parser.add_argument("--app", type=Path, required=True, help="the folder dist of @ohif/app")
    parser.add_argument("--pictures", type=Path, required=True)
    options = parser.parse_args()
    options.pictures.mkdir(parents=True, exist_ok=True)
    server = Orthanc(free_port(), free_port())
    with tempfile.TemporaryDirectory() as scratch, running(server, Path(scratch) / "orthanc"):
        recording, opened = fill(server, Path(scratch) / "out")
        port = free_port()
        pages = serve(options.app.resolve(), server, port)
        for kind in KINDS:
            study, series = opened if kind == "OT" else recording
            url = (
                f"http://127.0.0.1:{port}/viewer?StudyInstanceUIDs={study}&initialSeriesInstanceUID={series}"
            )
            with Page(Path(scratch) / kind, 1400, 900) as page:
                page.open(url, BUTTON.format("Skip all"))
                page.ask(BUTTON.format("Skip all") + ".click()")
                time.sleep(SETTLE_S)
                if kind != "OT":
                    page.double_click(*page.ask(ENTRY.format(kind)))
                    time.sleep(SETTLE_S)
                for _ in range(60):
                    page.wheel(*MIDDLE, 100)
                    time.sleep(0.03)
                time.sleep(SETTLE_S)
                page.screenshot(options.pictures / f"{kind}.png")
                errors = [one for one in page.complaints if "Error" in one]
                print(kind, *(one[:300] for one in errors[:2]), sep="\n  ", flush=True)
        pages.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
