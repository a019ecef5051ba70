from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import tifffile

from leakwatch.nouns import Run
from leakwatch.results.labels_tiff import LabelsTiff


def test_opencv_reads_back_every_page(tmp_path: Path, make_run: Callable[..., Run]) -> None:
    pages = np.random.default_rng(3).integers(0, 4, (10, 40, 50), dtype=np.uint8)
    path = tmp_path / "labels.tif"
    with LabelsTiff(path, make_run()) as writer:
        for page in pages:
            writer.add(page)
    ok, read = cv2.imreadmulti(str(path), flags=cv2.IMREAD_UNCHANGED)
    assert ok
    assert np.array_equal(np.stack(read), pages)


def test_pages_are_deflated_bytes(tmp_path: Path, make_run: Callable[..., Run]) -> None:
    path = tmp_path / "labels.tif"
    with LabelsTiff(path, make_run()) as writer:
        writer.add(np.ones((40, 50), np.uint8))
        writer.add(np.full((40, 50), 2, np.uint8))
    with tifffile.TiffFile(path) as file:
        assert len(file.pages) == 2
        assert not file.is_bigtiff
        for page in file.pages:
            assert page.compression == tifffile.COMPRESSION.ADOBE_DEFLATE
            assert page.dtype == np.uint8
            assert page.dataoffsets[0] > 0


def test_a_very_long_run_gets_64_bit_offsets(tmp_path: Path, make_run: Callable[..., Run]) -> None:
    path = tmp_path / "labels.tif"
    long = make_run(rows=1024, columns=1024, times_s=np.arange(4200) / 15.0)
    with LabelsTiff(path, long) as writer:
        writer.add(np.ones((1024, 1024), np.uint8))
    with tifffile.TiffFile(path) as file:
        assert file.is_bigtiff
    ok, read = cv2.imreadmulti(str(path), flags=cv2.IMREAD_UNCHANGED)
    assert ok
    assert read[0].all()
