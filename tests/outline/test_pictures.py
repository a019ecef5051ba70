"""References to pictures become frames of runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom import uid

from leakwatch.nouns import Run
from leakwatch.outline.given import read_outlines
from leakwatch.outline.pictures import Pictures
from leakwatch.outline.reference import Place

from .drawn_objects import annotation, graphic, presentation_state, reference, write

BOX = [[10, 10], [20, 10], [20, 20], [10, 10]]


def picture(path: Path, instance: str) -> Path:
    write(path, uid.XRayAngiographicImageStorage)
    content = path.read_bytes().replace(b"1.2.840.9\0", instance.encode().ljust(10, b"\0"))
    path.write_bytes(content)
    return path


def test_a_picture_of_a_series_is_the_frame_at_its_place(
    make_run: Callable[..., Run], tmp_path: Path
) -> None:
    paths = tuple(picture(tmp_path / f"{number}.dcm", f"1.2.3.{number}") for number in range(4))
    series = make_run(sop_instance_uid="1.2.3.0", paths=paths, times_s=np.arange(4.0))
    pictures = Pictures.of([make_run(sop_instance_uid="1.1"), series])
    assert pictures.on_run(Place("1.2.3.2", 0)) == Place("1.2.3.0", 2)
    assert pictures.run_at(Place("1.2.3.2", 0)) is series
    assert pictures.on_run(Place("9.9", 0)) == Place("9.9", 0)
    assert pictures.run_at(Place("9.9", 0)) is None
    drawn = presentation_state(tmp_path / "ps.dcm", annotation(graphic(BOX), on=reference("1.2.3.3", None)))
    (outline,) = read_outlines(drawn, [series]).outlines
    assert (outline.sop_instance_uid, outline.frame) == ("1.2.3.0", 3)


def test_a_file_that_cannot_be_read_is_referred_to_by_nothing(
    make_run: Callable[..., Run], tmp_path: Path
) -> None:
    good = picture(tmp_path / "a.dcm", "1.2.3.0")
    series = make_run(sop_instance_uid="1.2.3.0", paths=(good, tmp_path / "gone.dcm"))
    assert Pictures.of([series]).uids == (("1.2.3.0", ""),)


def test_a_frame_of_a_file_with_both_planes_is_one_of_its_plane(make_run: Callable[..., Run]) -> None:
    a = make_run(sop_instance_uid="1.2.3", times_s=np.arange(5.0), frame_numbers=(0, 2, 4, 6, 8))
    b = make_run(sop_instance_uid="2.25.1", times_s=np.arange(5.0), frame_numbers=(1, 3, 5, 7, 9))
    pictures = Pictures.of([a, b])
    assert pictures.on_run(Place("1.2.3", 4)) == Place("1.2.3", 2)
    assert pictures.on_run(Place("1.2.3", 7)) == Place("2.25.1", 3)
    # plane B alone failed: its frames are not taken for those of plane A
    alone = Pictures.of([a])
    assert alone.on_run(Place("1.2.3", 4)) == Place("1.2.3", 2)
    assert alone.run_at(Place("1.2.3", 3)) is None
