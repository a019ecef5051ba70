import json
from pathlib import Path

import pytest
from pydicom import dcmread, uid

from leakwatch.errors import OutlineError
from leakwatch.nouns import Site
from leakwatch.outline.given import load_outlines, read_all_outlines, read_outlines

from .drawn_objects import annotation, graphic, presentation_state
from .drawn_objects import write as write_object

BOX = [[1, 2], [3, 2], [3.5, 4]]


def one(**changes: object) -> dict[str, object]:
    part: dict[str, object] = {
        "sop_instance_uid": "1.2.3",
        "frame": 0,
        "site": "vertebra",
        "label": "L3",
        "polygon_xy_px": BOX,
    }
    return part | changes


def write(path: Path, *parts: dict[str, object], **changes: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"schema": "leakwatch.outline/1", "outlines": list(parts)} | changes
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_reads_what_was_written(tmp_path: Path) -> None:
    (outline,) = load_outlines(write(tmp_path / "o.json", one(site="sacrum", frame=4)))
    assert (outline.sop_instance_uid, outline.frame, outline.site, outline.label) == (
        "1.2.3",
        4,
        Site.SACRUM,
        "L3",
    )
    assert outline.polygon_xy_px.tolist() == [[1.0, 2.0], [3.0, 2.0], [3.5, 4.0]]
    assert (outline.source, outline.confidence, outline.regions) == ("given", 1.0, ())


@pytest.mark.parametrize("regions", [{"canal": BOX}, [{"name": "canal", "polygon_xy_px": BOX}]])
def test_regions_come_as_mapping_or_as_list(tmp_path: Path, regions: object) -> None:
    (outline,) = load_outlines(write(tmp_path / "o.json", one(regions=regions)))
    assert [(region.name, region.polygon_xy_px.tolist()) for region in outline.regions] == [("canal", BOX)]


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    write(tmp_path / "b" / "outline.json", one(label="second"))
    write(tmp_path / "a" / "outline-L3.json", one(label="first"))
    (tmp_path / "a" / "case.json").write_text("{}", encoding="utf-8")
    assert [outline.label for outline in load_outlines(tmp_path)] == ["first", "second"]


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (one(polygon_xy_px=BOX[:2]), "outlines.0.polygon_xy_px"),
        (one(polygon_xy_px=[[1, 2, 3], *BOX]), "outlines.0.polygon_xy_px.0"),
        (one(polygon_xy_px=[["a", 2], *BOX]), "outlines.0.polygon_xy_px.0.0"),
        (one(site="skull"), "outlines.0.site"),
        (one(frame=-1), "outlines.0.frame"),
        (one(frmae=1), "outlines.0.frmae"),
        (one(sop_instance_uid="../../etc"), "outlines.0.sop_instance_uid"),
        (one(regions={"canal": BOX[:1]}), "outlines.0.regions"),
    ],
)
def test_says_where_it_is_wrong(tmp_path: Path, part: dict[str, object], place: str) -> None:
    path = write(tmp_path / "o.json", part)
    with pytest.raises(OutlineError) as caught:
        load_outlines(path)
    assert str(caught.value).startswith(f"{path}: {place}")
    assert "\n" not in str(caught.value)


def test_refuses_another_schema(tmp_path: Path) -> None:
    with pytest.raises(OutlineError, match=r"schema: .*outline/1"):
        load_outlines(write(tmp_path / "o.json", schema="leakwatch.outline/2"))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"schema": "leakwatch.outline/1"}'])
def test_refuses_what_is_no_outline_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "o.json"
    path.write_bytes(content)
    with pytest.raises(OutlineError) as caught:
        load_outlines(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_folder_may_hold_a_mix_and_other_files(tmp_path: Path) -> None:
    write(tmp_path / "outline.json", one(label="from JSON"))
    closed = annotation(graphic([[1, 1], [5, 1], [5, 5], [1, 1]]), text="from GSPS")
    presentation_state(tmp_path / "a" / "PS000001", closed)
    write_object(tmp_path / "run.dcm", uid.XRayAngiographicImageStorage)
    (tmp_path / "notes.txt").write_text("none", encoding="utf-8")
    assert [outline.label for outline in load_outlines(tmp_path)] == ["from GSPS", "from JSON"]


def test_other_dicom_is_declined_by_its_class(tmp_path: Path) -> None:
    path = write_object(tmp_path / "run.dcm", uid.XRayAngiographicImageStorage)
    with pytest.raises(OutlineError, match=r"1\.2\.840\.10008\.5\.1\.4\.1\.1\.12\.1'; outlines are SEG"):
        load_outlines(path)


@pytest.mark.parametrize("kept", [140, 400, 660])
def test_a_cut_off_object_is_one_sentence_without_the_patient(kept: int, tmp_path: Path) -> None:
    path = presentation_state(tmp_path / "ps.dcm", annotation(graphic([[1, 1], [5, 1], [5, 5], [1, 1]])))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(OutlineError) as caught:
        load_outlines(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert "Doe" not in str(caught.value)


def test_absent_file_and_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(OutlineError, match="No such file"):
        load_outlines(tmp_path / "none.json")
    with pytest.raises(OutlineError, match=r"holds no outline\*\.json"):
        load_outlines(tmp_path)


def test_each_outline_says_from_which_file_of_which_form_it_is(tmp_path: Path) -> None:
    box = [[1, 2], [3, 2], [3, 4], [1, 2]]
    presentation_state(tmp_path / "drawn.dcm", annotation(graphic(box)))
    write(tmp_path / "sub" / "outline.json", one())
    read = read_outlines(tmp_path, ())
    assert [(outline.form, outline.file) for outline in read.outlines] == [
        ("GSPS", "drawn.dcm"),
        ("JSON", "outline.json"),
    ]
    assert read.files == (tmp_path / "drawn.dcm", tmp_path / "sub" / "outline.json")


def test_a_file_that_is_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "outline.json", one())
    assert [given.files for given in read_all_outlines((path, tmp_path), ())] == [(path,)]


@pytest.mark.parametrize("deflated", [True, False])
def test_a_giant_is_refused_however_small_it_lies_there(
    deflated: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = [[1, 2], [3, 2], [3, 4], [1, 2]]
    path = presentation_state(
        tmp_path / "ps.dcm", annotation(graphic(box)), BitsAllocated=8, PixelData=bytes(40_000)
    )
    if deflated:
        dataset = dcmread(path)
        dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
        dataset.save_as(path, enforce_file_format=True)
        assert path.stat().st_size < 3000
    assert len(load_outlines(path)) == 1
    monkeypatch.setattr("leakwatch.outline.dicom_file._MOST_BYTES", 30_000)
    with pytest.raises(OutlineError, match="more than an outline can need"):
        load_outlines(path)
