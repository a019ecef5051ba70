"""What the objects say, against the analysis they were made from."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tifffile
from pydicom import Dataset
from pydicom.pixels import pixel_array
from scipy import ndimage

from leakwatch.outline.given import read_outlines
from leakwatch.outline.raster import mask_from_polygon

from .conftest import Written

pytestmark = pytest.mark.slow


def labels(written: Written) -> np.ndarray:
    return tifffile.imread(written.folder / "labels.tif")


def test_the_segmentation_is_the_label_picture(leaking: Written) -> None:
    pages = labels(leaking)
    path = leaking.path("segmentation")
    dataset = leaking.read("segmentation")
    found = np.zeros_like(pages)
    for at, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        segment = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        mask = pixel_array(path, index=at)
        assert mask.any()
        found[source.ReferencedFrameNumber - 1][mask > 0] = segment
    assert pages.max() == 2
    np.testing.assert_array_equal(found, pages)


def test_our_own_reader_takes_the_segmentation_for_outlines(leaking: Written) -> None:
    outlines = read_outlines(leaking.path("segmentation"), [leaking.analysed.run]).outlines
    assert {one.label for one in outlines} == {
        "Bone cement inside the bone's outline",
        "Bone cement outside the bone's outline",
    }


def test_the_presentation_state_draws_the_outline_where_it_was_given(leaking: Written) -> None:
    (given,) = leaking.analysed.outlines
    drawn = {
        one.ReferencedImageSequence[0].ReferencedFrameNumber: one.GraphicObjectSequence[0].GraphicData
        for one in leaking.read("presentation").GraphicAnnotationSequence
        if one.GraphicLayer == "OUTLINE"
    }
    assert sorted(drawn) == list(range(1, leaking.analysed.frames + 1))
    assert given.frame == 0
    corners = np.array(drawn[1], np.float64).reshape(-1, 2)
    np.testing.assert_array_equal(corners[0], corners[-1])
    # PIXEL units begin at the outer corner of the first pixel
    np.testing.assert_allclose(corners[:-1] - 0.5, given.polygon_xy_px, atol=0.06)


def test_our_own_reader_takes_the_outline_and_no_leak_from_the_presentation_state(leaking: Written) -> None:
    (given,) = leaking.analysed.outlines
    outlines = read_outlines(leaking.path("presentation"), [leaking.analysed.run]).outlines
    assert len(outlines) == leaking.analysed.frames
    first = min(outlines, key=lambda one: one.frame)
    np.testing.assert_allclose(first.polygon_xy_px, given.polygon_xy_px, atol=0.06)


def groups_of(report: Dataset, name: str) -> list[Dataset]:
    """Measurement groups whose tracking identifier is `name`."""

    def containers(item: Dataset) -> list[Dataset]:
        inner = [found for one in item.get("ContentSequence", []) for found in containers(one)]
        texts = [one.get("TextValue") for one in item.get("ContentSequence", [])]
        return [*inner, item] if name in texts else inner

    return containers(report)


def test_the_report_has_each_alarm_with_its_frame_time_and_region(leaking: Written) -> None:
    report = leaking.read("report")
    events = json.loads((leaking.folder / "events.json").read_text(encoding="utf-8"))["leaks"]
    assert events
    pages = labels(leaking)
    for event in events:
        alarm = groups_of(report, f"leak {event['id']}")[0]
        values = {
            one.ConceptNameCodeSequence[0].CodeValue: float(one.MeasuredValueSequence[0].NumericValue)
            for one in alarm.ContentSequence
            if one.ValueType == "NUM"
        }
        assert values["time_from_start"] == pytest.approx(event["alarm_time_s"], abs=1e-3)
        (region,) = [one for one in alarm.ContentSequence if one.ValueType == "SCOORD"]
        image = region.ContentSequence[0].ReferencedSOPSequence[0]
        assert image.ReferencedFrameNumber == event["alarm_frame"] + 1
        corners = np.array(region.GraphicData, np.float64).reshape(-1, 2)
        np.testing.assert_array_equal(corners[0], corners[-1])
        inside = mask_from_polygon(corners[:-1] - 0.5, pages.shape[1:])
        pieces, _ = ndimage.label(pages[event["alarm_frame"]] == 2, np.ones((3, 3)))
        x, y = event["centroid_xy_px"]
        rows, columns = np.nonzero(pieces)
        nearest = int(np.argmin(np.hypot(rows - y, columns - x)))
        leak = pieces == pieces[rows[nearest], columns[nearest]]
        assert np.count_nonzero(inside & leak) / np.count_nonzero(inside | leak) > 0.8


def test_the_report_of_a_quiet_run_states_its_state(quiet: Written) -> None:
    (group,) = groups_of(quiet.read("report"), "run")
    stated = [
        one.ConceptCodeSequence[0].CodeValue for one in group.ContentSequence if one.ValueType == "CODE"
    ]
    assert quiet.analysed.state.value in stated
    assert groups_of(quiet.read("report"), "leak 1") == []


def test_key_objects_are_the_alarm_frames(leaking: Written) -> None:
    images = [one for one in leaking.read("key-objects").ContentSequence if one.ValueType == "IMAGE"]
    numbers = np.atleast_1d([one.ReferencedSOPSequence[0].ReferencedFrameNumber for one in images]).ravel()
    assert numbers.tolist() == sorted({event.alarm_frame + 1 for event in leaking.analysed.summary.events})


def test_the_overlay_plays_as_the_run_does_and_shows_the_leak_in_red(leaking: Written) -> None:
    dataset, run = leaking.read("overlay"), leaking.analysed.run
    assert dataset.NumberOfFrames == run.frames
    assert float(dataset.FrameTime) == pytest.approx(1000 / 7.5, rel=1e-4)
    assert dataset.RecommendedDisplayFrameRate == 8
    assert dataset.BurnedInAnnotation == "YES"
    last = pixel_array(leaking.path("overlay"), index=run.frames - 1).astype(int)
    scale = last.shape[0] // run.rows
    assert scale > 1  # small pictures are enlarged
    rows, columns = np.nonzero(labels(leaking)[-1] == 2)
    red = (last[..., 0] > 180) & (last[..., 1] < 130) & (last[..., 2] < 130)
    around = np.s_[
        scale * (rows.min() - 1) : scale * (rows.max() + 2),
        scale * (columns.min() - 1) : scale * (columns.max() + 2),
    ]
    assert np.count_nonzero(red[around]) > scale * 4
