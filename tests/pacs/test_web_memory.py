"""By DICOMweb a run passes through piece by piece: no run is too large for it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from leakwatch.config.nodes import WebConfig
from leakwatch.pacs.query import Query
from leakwatch.pacs.web import find, get, open_web, store

from .conftest import Orthanc

pytestmark = [pytest.mark.pacs, pytest.mark.slow]
FRAMES, SIDE = 128, 512
MOST_BYTES = 8_000_000
"""An eighth of the run: some pieces of a megabyte, and what the libraries need."""


def test_a_run_is_sent_and_fetched_without_being_held(
    orthanc: Orthanc, write_xa: Callable[..., Path], tmp_path: Path
) -> None:
    pixels = np.random.default_rng(4).integers(0, 4096, (FRAMES, SIDE, SIDE)).astype(np.uint16)
    path = write_xa(
        pixels, "large.dcm", bits_stored=12, StudyInstanceUID="2.25.3001", SOPInstanceUID="2.25.3002"
    )
    size = path.stat().st_size
    assert size > 8 * MOST_BYTES
    del pixels
    web = open_web(WebConfig(url=f"{orthanc.url}/dicom-web"))
    incoming = tmp_path / "fetched" / "incoming"
    incoming.mkdir(parents=True)
    tracemalloc.start()
    try:
        store([path], web)
        found = find(Query(("2.25.3001",)), web)
        (fetched,) = get(found, tmp_path / "fetched", web, incoming)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_BYTES
    assert fetched.stat().st_size == pytest.approx(size, rel=0.01)
    assert np.array_equal(
        np.memmap(fetched, np.uint8, "r", fetched.stat().st_size - 2 * FRAMES * SIDE * SIDE),
        np.memmap(path, np.uint8, "r", size - 2 * FRAMES * SIDE * SIDE),
    )
