"""Closed graphics of presentation states."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from leakwatch.errors import OutlineError
from leakwatch.nouns import Site
from leakwatch.outline.given import read_outlines

from .drawn_objects import annotation, graphic, item, presentation_state, reference

# as a viewer writes them: the outer corner of the first pixel is 0\0
CORNERS = np.array([[10.5, 20.5], [30.5, 20.5], [30.5, 40.5], [12.25, 41.0]])
CLOSED = np.vstack([CORNERS, CORNERS[:1]])
AREA = {"DisplayedAreaTopLeftHandCorner": [1, 1], "DisplayedAreaBottomRightHandCorner": [100, 200]}


def test_a_closed_polyline_is_an_outline(tmp_path: Path) -> None:
    path = presentation_state(tmp_path / "ps.dcm", annotation(graphic(CLOSED), on=reference(frame=7)))
    read = read_outlines(path, ())
    (outline,) = read.outlines
    assert read.warnings == ()
    assert (outline.sop_instance_uid, outline.frame, outline.site, outline.label) == (
        "1.2.3",
        6,
        Site.VERTEBRA,
        "L3",
    )
    assert (outline.source, outline.confidence) == ("given", 1.0)
    np.testing.assert_array_equal(outline.polygon_xy_px, CORNERS - 0.5)


def test_what_is_filled_is_closed(tmp_path: Path) -> None:
    path = presentation_state(tmp_path / "ps.dcm", annotation(graphic(CORNERS, filled="Y")))
    np.testing.assert_array_equal(read_outlines(path, ()).outlines[0].polygon_xy_px, CORNERS - 0.5)


@pytest.mark.parametrize(("text", "label"), [(None, "OUTLINE"), ("Th12", "Th12")])
def test_its_text_names_it_else_its_layer(text: str | None, label: str, tmp_path: Path) -> None:
    path = presentation_state(tmp_path / "ps.dcm", annotation(graphic(CLOSED), text=text))
    assert read_outlines(path, ()).outlines[0].label == label


def test_a_circle_and_an_ellipse_have_their_size(tmp_path: Path) -> None:
    path = presentation_state(
        tmp_path / "ps.dcm",
        annotation(graphic([[50, 60], [50, 70]], "CIRCLE"), text="L3"),
        annotation(graphic([[30, 60], [70, 60], [50, 52], [50, 68]], "ELLIPSE"), text="L4"),
    )
    circle, ellipse = (one.polygon_xy_px for one in read_outlines(path, ()).outlines)
    np.testing.assert_allclose(np.hypot(*(circle - [49.5, 59.5]).T), 10)
    np.testing.assert_allclose(ellipse.max(0), [69.5, 67.5], atol=0.05)
    np.testing.assert_allclose(ellipse.min(0), [29.5, 51.5], atol=0.05)


def test_a_curve_passes_through_its_points_and_round_its_corners(tmp_path: Path) -> None:
    path = presentation_state(tmp_path / "ps.dcm", annotation(graphic(CLOSED, "INTERPOLATED")))
    polygon = read_outlines(path, ()).outlines[0].polygon_xy_px
    np.testing.assert_allclose(polygon[::8], CORNERS - 0.5, atol=1e-6)
    assert len(polygon) == 8 * len(CORNERS)
    assert polygon[:, 0].max() > CORNERS[:, 0].max()


@given(columns=st.integers(16, 2000), rows=st.integers(16, 2000), left=st.integers(1, 9))
def test_fractions_of_the_displayed_area_become_pixels(
    tmp_path_factory: pytest.TempPathFactory, columns: int, rows: int, left: int
) -> None:
    area = item(DisplayedAreaTopLeftHandCorner=[left, 1], DisplayedAreaBottomRightHandCorner=[columns, rows])
    whole = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    path = presentation_state(
        tmp_path_factory.mktemp("ps") / "ps.dcm",
        annotation(graphic(whole, units="DISPLAY")),
        DisplayedAreaSelectionSequence=[area],
    )
    # from the outer corner of the first pixel shown to that of the last
    np.testing.assert_allclose(
        read_outlines(path, ()).outlines[0].polygon_xy_px,
        [[left - 1.5, -0.5], [columns - 0.5, -0.5], [columns - 0.5, rows - 0.5], [left - 1.5, rows - 0.5]],
    )


def test_lines_and_points_are_left_out_and_counted(tmp_path: Path) -> None:
    path = presentation_state(
        tmp_path / "ps.dcm",
        annotation(graphic(CLOSED), graphic(CORNERS), graphic(CORNERS[:1], "POINT")),
    )
    read = read_outlines(path, ())
    assert len(read.outlines) == 1
    assert read.warnings == (f"{path}: 2 graphics enclose nothing or are compound, and are no outlines",)


@pytest.mark.parametrize(
    ("annotations", "values", "why"),
    [
        ([annotation(graphic(CORNERS))], {}, "holds no outline"),
        ([], {}, "holds no outline"),
        *(
            ([annotation(graphic([*CLOSED[:-1], [np.nan, 9], CLOSED[0]], kind))], {}, "is no polygon")
            for kind in ("POLYLINE", "INTERPOLATED")
        ),
        ([annotation(graphic(CLOSED, units="MATRIX"))], {}, r"\(0070,0005\) is 'MATRIX'"),
        ([annotation(graphic(CLOSED / 99, units="DISPLAY"))], {}, "no displayed area"),
        (
            [annotation(graphic(CLOSED / 99, units="DISPLAY"))],
            {"ImageRotation": 90, "DisplayedAreaSelectionSequence": [item(**AREA)]},
            "shown turned",
        ),
        (
            [annotation(graphic(CLOSED))],
            {"ReferencedSeriesSequence": [item(ReferencedImageSequence=[reference(), reference("1.2.5")])]},
            "does not say on which picture",
        ),
    ],
)
def test_what_cannot_be_placed_is_refused(
    annotations: list[Dataset], values: dict[str, object], why: str, tmp_path: Path
) -> None:
    path = presentation_state(tmp_path / "ps.dcm", *annotations, **values)
    with pytest.raises(OutlineError, match=why) as caught:
        read_outlines(path, ())
    assert str(caught.value).startswith(str(path))


def test_the_area_that_was_shown_on_its_frame_counts(tmp_path: Path) -> None:
    other = item(**AREA, ReferencedImageSequence=[reference(frame=1)])
    own = item(
        DisplayedAreaTopLeftHandCorner=[11, 21],
        DisplayedAreaBottomRightHandCorner=[20, 40],
        ReferencedImageSequence=[reference(frame=4)],
    )
    path = presentation_state(
        tmp_path / "ps.dcm",
        annotation(graphic([[0, 0], [1, 0], [1, 1], [0, 0]], units="DISPLAY"), on=reference(frame=4)),
        DisplayedAreaSelectionSequence=[other, own],
    )
    np.testing.assert_allclose(
        read_outlines(path, ()).outlines[0].polygon_xy_px, [[9.5, 19.5], [19.5, 19.5], [19.5, 39.5]]
    )


def test_what_was_left_out_is_the_reason_why_nothing_is_left(tmp_path: Path) -> None:
    path = presentation_state(tmp_path / "ps.dcm", annotation(graphic(CORNERS)))
    with pytest.raises(OutlineError, match="holds no outline: 1 graphics enclose nothing or are compound"):
        read_outlines(path, ())


OWN = {"Manufacturer": "leakwatch", "ContentLabel": "LEAKWATCH"}
OTHER = CLOSED + 40


def test_our_own_drawing_gives_its_bones_and_not_its_leaks(tmp_path: Path) -> None:
    drawn = [
        one
        for frame in (3, 4)
        for one in (
            annotation(graphic(CLOSED), on=reference(frame=frame), text=None),
            annotation(
                graphic(OTHER), graphic(CLOSED / 2), on=reference(frame=frame), text=None, layer="LEAK"
            ),
        )
    ]
    path = presentation_state(tmp_path / "ps.dcm", *drawn, **OWN)
    outlines = read_outlines(path, ()).outlines
    assert [(one.frame, one.label) for one in outlines] == [(2, "OUTLINE"), (3, "OUTLINE")]
    np.testing.assert_array_equal(outlines[0].polygon_xy_px, CORNERS - 0.5)


def test_several_bones_of_our_own_drawing_are_told_by_their_order(tmp_path: Path) -> None:
    drawn = [
        annotation(graphic(CLOSED), graphic(OTHER), on=reference(frame=frame), text=None) for frame in (1, 2)
    ]
    outlines = read_outlines(presentation_state(tmp_path / "ps.dcm", *drawn, **OWN), ()).outlines
    assert [one.label for one in outlines] == ["OUTLINE 1", "OUTLINE 2"] * 2


def test_of_our_own_drawing_a_bone_that_joins_later_is_refused(tmp_path: Path) -> None:
    drawn = [
        annotation(graphic(CLOSED), on=reference(frame=1), text=None),
        annotation(graphic(CLOSED), graphic(OTHER), on=reference(frame=2), text=None),
    ]
    path = presentation_state(tmp_path / "ps.dcm", *drawn, **OWN)
    with pytest.raises(OutlineError, match="shows 1 outlines on some frames and 2 on others"):
        read_outlines(path, ())


def test_a_layer_called_leak_in_a_drawing_of_others_is_an_outline(tmp_path: Path) -> None:
    drawn = annotation(graphic(CLOSED), text=None, layer="LEAK")
    assert read_outlines(presentation_state(tmp_path / "ps.dcm", drawn), ()).outlines[0].label == "LEAK"
