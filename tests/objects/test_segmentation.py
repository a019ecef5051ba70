"""Bits of frames that do not end on a byte."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from highdicom.seg import segread
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.uid import XRayAngiographicImageStorage

from leakwatch.objects.identity import Identity
from leakwatch.objects.segmentation import close_pixels, segmentation
from leakwatch.objects.source import PATIENT, STUDY, FrameReference, Source

IDENTITY = Identity("1.2.3", "abc", "0.1.0")


def a_source(frames: int) -> Source:
    instance = Dataset()
    for keyword in (*PATIENT, *STUDY):
        setattr(instance, keyword, "")
    instance.SOPClassUID, instance.SOPInstanceUID = XRayAngiographicImageStorage, "1.2.3"
    instance.SeriesInstanceUID = "1.2.4"
    numbers = range(1, frames + 1)
    return Source((instance,), tuple(FrameReference(instance.SOPClassUID, "1.2.3", k) for k in numbers))


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 11), st.integers(4, 11), st.integers(1, 6), st.integers(0, 1000))
def test_every_mask_comes_back(rows: int, columns: int, frames: int, seed: int) -> None:
    pages = np.random.default_rng(seed).integers(0, 4, (frames, rows, columns)).astype(np.uint8)
    dataset = segmentation(a_source(frames), IDENTITY, pages, rows, columns)
    if dataset is None:
        assert not pages.any()
        return
    wanted = [mask for page in pages for mask in (np.isin(page, (1, 3)), page == 2) if mask.any()]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "seg.dcm"
        dataset.save_as(path, enforce_file_format=True)
        close_pixels(dataset)
        assert dataset.NumberOfFrames == len(wanted)
        found = dcmread(path).pixel_array.reshape(-1, rows, columns)
        np.testing.assert_array_equal(found > 0, wanted)
        assert segread(path).number_of_segments >= 1  # highdicom asks for more than the standard does


def test_without_cement_there_is_none() -> None:
    assert segmentation(a_source(2), IDENTITY, np.zeros((2, 4, 4), np.uint8), 4, 4) is None
