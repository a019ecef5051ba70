"""References to instances."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from leakwatch.dicom.quiet import quiet
from leakwatch.errors import OutlineError
from leakwatch.outline.given import load_outlines
from leakwatch.outline.reference import Place, first_place, is_uid

from .drawn_objects import annotation, graphic, item, presentation_state, reference


def test_frames_count_from_one_and_the_first_instance_counts() -> None:
    assert first_place([item(), reference("1.2", 3), reference("1.3", 1)]) == Place("1.2", 2)
    assert first_place([reference("1.2", None)]) == Place("1.2", 0)
    assert first_place([reference("1.2", 0)]) is None
    assert first_place([]) is None


def test_what_is_no_uid_refers_to_nothing() -> None:
    with quiet():
        swallowed = item(ReferencedSOPInstanceUID="1.2 PN Doe^Jane")
        assert first_place([swallowed]) is None
        assert first_place([swallowed, reference("1.3")]) == Place("1.3", 0)


@pytest.mark.parametrize(
    ("text", "valid"),
    [("1.2.840.10008", True), ("", False), ("1.2 PN Doe^Jane", False), ("1" * 65, False), ("1.2\n", False)],
)
def test_what_can_be_a_uid(text: str, valid: bool) -> None:
    assert is_uid(text) is valid


def test_a_class_that_swallowed_the_patients_name_is_not_quoted(tmp_path: Path) -> None:
    box = [[1, 2], [3, 2], [3, 4], [1, 2]]
    path = presentation_state(tmp_path / "ps.dcm", annotation(graphic(box)))
    content = bytearray(path.read_bytes())
    place = content.index(b"\x08\x00\x16\x00UI") + 6
    end = content.index(b"Doe^Jane") + 8
    struct.pack_into("<H", content, place, end - place - 2)
    path.write_bytes(content)
    with pytest.raises(OutlineError) as caught:
        load_outlines(path)
    assert "SOP Class UID that is none" in str(caught.value)
    assert "Doe" not in str(caught.value)
