from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.imaging.field.boxes import covered_by_text, gather, grown
from leakwatch.nouns import TextBox

SHAPE = (60, 80)


@st.composite
def boxes(draw: st.DrawFn) -> TextBox:
    x0, y0 = draw(st.integers(0, 70)), draw(st.integers(0, 50))
    x1, y1 = draw(st.integers(x0 + 1, 80)), draw(st.integers(y0 + 1, 60))
    return TextBox(x0, y0, x1, y1, draw(st.integers(0, 9)))


@given(known=st.lists(boxes(), max_size=6), found=st.lists(boxes(), max_size=6))
def test_nothing_once_covered_is_given_back(known: list[TextBox], found: list[TextBox]) -> None:
    before = gather((), known)
    after = gather(before, found)
    assert np.all(covered_by_text(after, SHAPE)[covered_by_text([*before, *found], SHAPE)])


@given(known=st.lists(boxes(), max_size=6), found=st.lists(boxes(), max_size=6))
def test_seeing_the_same_again_changes_nothing(known: list[TextBox], found: list[TextBox]) -> None:
    after = gather(gather((), known), found)
    assert gather(after, after) == after


def test_joined_boxes_keep_the_first_frame_they_were_seen_on() -> None:
    assert gather((TextBox(0, 0, 10, 10, 3),), [TextBox(1, 0, 12, 10, 8)]) == (TextBox(0, 0, 12, 10, 3),)


@given(box=boxes(), margin=st.integers(0, 9))
def test_a_widened_box_stays_in_the_picture_and_holds_the_old_one(box: TextBox, margin: int) -> None:
    wide = grown(box, margin, SHAPE)
    assert 0 <= wide.x0 <= box.x0 < box.x1 <= wide.x1 <= SHAPE[1]
    assert 0 <= wide.y0 <= box.y0 < box.y1 <= wide.y1 <= SHAPE[0]
