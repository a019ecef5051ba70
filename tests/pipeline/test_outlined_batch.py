"""What the results of a batch say of where its outlines came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from pydicom import dcmread

from leakwatch.pipeline.request import BatchReport

from ..outline.drawn_objects import annotation, contour, graphic, presentation_state, reference, structure_set

BOX = [[20.0, 20.0], [40.0, 20.0], [40.0, 40.0], [20.0, 40.0], [20.0, 20.0]]


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_run_and_manifest_name_form_and_file(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    good = record("good.dcm")
    run = str(dcmread(good, stop_before_pixels=True).SOPInstanceUID)
    folder = tmp_path / "drawn"
    drawn = presentation_state(
        folder / "ps.dcm", annotation(graphic(BOX), on=reference(run, 2)), annotation(graphic(BOX[:2]))
    )
    report = analyse(good, outlines=(folder,))
    document = read(tmp_path / "out" / "runs" / run / "run.json")
    assert document["outline_source"] == "given"
    (outline,) = document["outlines"]
    assert (outline["form"], outline["file"], outline["frame"]) == ("GSPS", "ps.dcm", 1)
    # what was decided by rule is said where the run is
    rule = f"{drawn}: 1 graphics enclose nothing or are compound, and are no outlines"
    assert rule in document["warnings"]
    assert rule in report.warnings
    (listed,) = read(tmp_path / "out" / "manifest.json")["outlines"]
    assert listed["path"] == str(drawn)
    assert len(listed["sha256"]) == 64


def test_an_object_among_the_inputs_is_read_only_where_it_is_named(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    good = record("in/good.dcm")
    run = str(dcmread(good, stop_before_pixels=True).SOPInstanceUID)
    drawn = presentation_state(good.parent / "ps.dcm", annotation(graphic(BOX), on=reference(run)))
    structure_set(good.parent / "rt.dcm", L3=contour([[0, 0, 0]] * 3, None))
    said = f"{drawn}: is a GSPS among the inputs (and 1 more like it); it gives outlines only where --outline"
    report = analyse(good.parent)
    assert any(warning.startswith(said) for warning in report.warnings)
    assert read(tmp_path / "out" / "runs" / run / "run.json")["outline_source"] is None
    report = analyse(good.parent, outlines=(drawn,))
    assert any("rt.dcm: is a RTSTRUCT among the inputs; it" in warning for warning in report.warnings)
    assert read(tmp_path / "out" / "runs" / run / "run.json")["outline_source"] == "given"
