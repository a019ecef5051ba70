"""Segments of DICOM segmentations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread, uid
from pydicom.encaps import encapsulate

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


@pytest.mark.parametrize("columns", range(9, 17))
def test_a_frame_may_begin_on_any_bit(columns: int, tmp_path: Path) -> None:
    masks = [np.zeros((13, columns), np.bool_) for _ in range(9)]
    for at, mask in enumerate(masks):
        mask[at : at + 4, 3:7] = True
    path = segmentation(tmp_path / "seg.dcm", masks, [groups(1, reference(frame=at)) for at in range(1, 10)])
    read = [mask_from_polygon(one.polygon_xy_px, (13, columns)) for one in read_outlines(path, ()).outlines]
    np.testing.assert_array_equal(read, masks)


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
        ([groups(1, reference())] * 2, {}, r"\(0028,0008\) is 1, but 2 frames are described"),
        ([groups(1, reference())], {"NumberOfFrames": 2**31 - 1}, "is 2147483647, but 1 frames"),
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


def test_holes_are_said(tmp_path: Path) -> None:
    ring = disc(15, 20) & ~disc(15, 20, 4)
    path = segmentation(tmp_path / "seg.dcm", [ring], [groups(1, reference())])
    read = read_outlines(path, ())
    np.testing.assert_array_equal(mask_of(read.outlines[0]), disc(15, 20))
    assert read.warnings == (f"{path}: segment 1 has holes on frame 1; they are filled",)


@pytest.mark.parametrize(
    ("scheme", "value", "region", "site"),
    [
        ("SCT", "36470004", "", Site.VERTEBRA),
        ("SRT", "T-11AD0", "", Site.SACRUM),
        ("99SDM", "T-12711", "", Site.FEMUR),
        ("SCT", "272673000", "37783008", Site.ACETABULUM),
        ("SCT", "29836001", "", Site.OTHER),
        ("99LOCAL", "36470004", "", Site.OTHER),
    ],
)
def test_a_code_tells_the_site_in_any_language(
    scheme: str, value: str, region: str, site: Site, tmp_path: Path
) -> None:
    one = segment(1, "links")
    one.SegmentedPropertyTypeCodeSequence = [
        item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning="Knochen")
    ]
    if region:
        one.AnatomicRegionSequence = [
            item(CodeValue=region, CodingSchemeDesignator="SCT", CodeMeaning="Pfanne")
        ]
    path = segmentation(tmp_path / "seg.dcm", [disc(12, 12)], [groups(1, reference())], [one])
    assert read_outlines(path, ()).outlines[0].site is site


def test_run_length_and_deflated_segmentations_are_read(tmp_path: Path) -> None:
    masks = [disc(12, 12), disc(20, 25)]
    per_frame = [groups(1, reference(frame=1)), groups(1, reference(frame=2))]
    path = segmentation(tmp_path / "rle.dcm", [mask * 255 for mask in masks], per_frame, kind="FRACTIONAL")
    dataset = dcmread(path)
    dataset.compress(uid.RLELossless, generate_instance_uid=False)
    dataset.save_as(path)
    dense = segmentation(tmp_path / "deflated.dcm", masks, per_frame)
    dataset = dcmread(dense)
    dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
    dataset.save_as(dense, enforce_file_format=True)
    for one in (path, dense):
        outlines = read_outlines(one, ()).outlines
        assert [outline.frame for outline in outlines] == [0, 1]
        for outline, mask in zip(outlines, masks, strict=True):
            np.testing.assert_array_equal(mask_of(outline), mask)


def test_a_codestream_that_is_none_is_refused(tmp_path: Path) -> None:
    path = segmentation(
        tmp_path / "seg.dcm", [disc(12, 12) * 255], [groups(1, reference())], kind="FRACTIONAL"
    )
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = uid.JPEG2000Lossless
    dataset.PixelData = encapsulate([b"no codestream at all"])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path, enforce_file_format=True)
    with pytest.raises(OutlineError, match="pixels of frame 1 cannot be decoded"):
        read_outlines(path, ())


def test_the_matrix_is_held_against_the_run_before_pixels_are(
    make_run: Callable[..., Run], tmp_path: Path
) -> None:
    path = segmentation(tmp_path / "seg.dcm", [disc(12, 12)], [groups(1, reference())], PixelData=b"\1\0")
    with pytest.raises(OutlineError, match="33 x 41 matrix"):
        read_outlines(path, [make_run(sop_instance_uid="1.2.3")])
