"""Segments of DICOM segmentations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Run, Site
from leakwatch.outline.given import read_outlines
from leakwatch.outline.raster import mask_from_polygon

from .drawn_objects import groups, item, reference, segment, segmentation

SHAPE = (33, 41)  # frames that do not end on a byte


def disc(row: float, column: float, radius: float = 8) -> np.ndarray:
    y, x = np.indices(SHAPE)
    return np.hypot(y - row, x - column) <= radius


def mask_of(outline: Outline) -> np.ndarray:
    return mask_from_polygon(outline.polygon_xy_px, SHAPE)


def test_every_segment_on_every_frame_is_an_outline(make_run: Callable[..., Run], tmp_path: Path) -> None:
    masks = [disc(12, 12), disc(20, 25), disc(14, 13)]
    path = segmentation(
        tmp_path / "seg.dcm",
        masks,
        [groups(1, reference(frame=1)), groups(2, reference(frame=1)), groups(1, reference(frame=5))],
        [segment(1, "L3"), segment(2, "hip", "Acetabulum")],
    )
    outlines = read_outlines(path, [make_run(sop_instance_uid="1.2.3", rows=33, columns=41)]).outlines
    assert [(one.label, one.frame, one.site) for one in outlines] == [
        ("L3", 0, Site.VERTEBRA),
        ("hip", 0, Site.ACETABULUM),
        ("L3", 4, Site.VERTEBRA),
    ]
    for outline, mask in zip(outlines, masks, strict=True):
        np.testing.assert_array_equal(mask_of(outline), mask)


def test_fractions_of_a_half_and_more_are_inside(tmp_path: Path) -> None:
    fractions = np.where(disc(15, 20), 128, 0) + np.where(disc(15, 20, 5), 127, 0)
    fractions[disc(15, 20, 12) & ~disc(15, 20)] = 127
    path = segmentation(tmp_path / "seg.dcm", [fractions], [groups(1, reference())], kind="FRACTIONAL")
    np.testing.assert_array_equal(mask_of(read_outlines(path, ()).outlines[0]), disc(15, 20))


def test_a_label_map_has_a_segment_for_each_of_its_values(tmp_path: Path) -> None:
    labels = np.where(disc(10, 10), 2, 0)
    labels[disc(22, 30)] = 7
    path = segmentation(
        tmp_path / "seg.dcm",
        [labels],
        [groups(None, reference())],
        [segment(2, "L3"), segment(7, "L4")],
        kind="LABELMAP",
    )
    outlines = read_outlines(path, ()).outlines
    assert [one.label for one in outlines] == ["L3", "L4"]
    np.testing.assert_array_equal(mask_of(outlines[1]), disc(22, 30))


@pytest.mark.parametrize("shared", [True, False])
def test_what_holds_for_all_frames_may_be_said_once(shared: bool, tmp_path: Path) -> None:
    series = item(SeriesInstanceUID="1.2.4", ReferencedInstanceSequence=[reference("1.2.9", None)])
    values = (
        {"SharedFunctionalGroupsSequence": [groups(1, reference("1.2.9", 3))]}
        if shared
        else {"ReferencedSeriesSequence": [series]}
    )
    own = groups(None if shared else 1, None)
    path = segmentation(tmp_path / "seg.dcm", [disc(12, 12)], [own], **values)
    (outline,) = read_outlines(path, ()).outlines
    assert (outline.sop_instance_uid, outline.frame) == ("1.2.9", 2 if shared else 0)


def test_empty_frames_are_no_outlines_and_pieces_are_said(tmp_path: Path) -> None:
    pieces = disc(12, 12) | disc(28, 36, 4)
    path = segmentation(
        tmp_path / "seg.dcm",
        [np.zeros(SHAPE, np.bool_), pieces],
        [groups(1, reference(frame=1)), groups(1, reference(frame=2))],
    )
    read = read_outlines(path, ())
    assert [one.frame for one in read.outlines] == [1]
    np.testing.assert_array_equal(mask_of(read.outlines[0]), disc(12, 12))
    assert read.warnings == (f"{path}: segment 1 is in pieces on frame 2; the largest is the outline",)


def test_another_matrix_than_the_runs_is_refused(make_run: Callable[..., Run], tmp_path: Path) -> None:
    path = segmentation(tmp_path / "seg.dcm", [disc(12, 12)], [groups(1, reference())])
    with pytest.raises(OutlineError, match=r"33 x 41 matrix, but SOP Instance UID 1\.2\.3.* 66 x 82"):
        read_outlines(path, [make_run(sop_instance_uid="1.2.3", rows=66, columns=82)])


@pytest.mark.parametrize(
    ("per_frame", "values", "why"),
    [
        ([groups(None, reference())], {}, "frame 1 does not say which segment"),
        ([groups(1, None)], {}, "frame 1 does not say on which picture"),
        ([groups(9, reference())], {}, "segment 9, which is not described"),
        ([], {}, "without frames"),
        ([groups(1, reference())], {"Rows": 60_000, "Columns": 60_000}, "more than an outline can need"),
        ([groups(1, reference())], {"PixelData": b"\1\0"}, "pixels of frame 1 cannot be decoded"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused(
    per_frame: list, values: dict[str, object], why: str, tmp_path: Path
) -> None:
    path = segmentation(tmp_path / "seg.dcm", [disc(12, 12)], per_frame, **values)
    with pytest.raises(OutlineError, match=why) as caught:
        read_outlines(path, ())
    assert str(caught.value).startswith(str(path))
