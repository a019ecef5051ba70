"""A recording with its patient planted wherever a value can be, and what leaves the house of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import DataElement, Dataset, dcmread
from pydicom.pixels import pixel_array

from leakwatch.config import Config
from leakwatch.deidentify.black_out import Rectangle
from leakwatch.deidentify.export import Order, export

from ..dicom_flavours import Scene, write_flavour

SECRET = "Xylophonic"
NUMBER = "9876543210123"
TEXT = ("LO", "SH", "ST", "LT", "UT", "UC", "UR", "AE", "PN", "OB", "UN")


def plant(dataset: Dataset) -> None:
    """Put the name into private tags, overlays, curves, nested items, and every text there is."""
    dataset.PatientName, dataset.PatientID = f"{SECRET}^Jane", NUMBER
    dataset.PatientBirthDate, dataset.PatientAge = "19511231", "073Y"
    dataset.ImageComments = f"seen with {SECRET}"
    dataset.Manufacturer = f"of {SECRET}"
    dataset.BodyPartExamined = SECRET.upper()
    dataset.StudyDate = "20240517"
    for number, kind in enumerate(TEXT):
        value = SECRET.encode() if kind in ("OB", "UN") else SECRET
        dataset.add(DataElement(0x00091001 + number, kind, value))
        item = Dataset()
        item.add(DataElement(0x00400275 if kind == "SQ" else 0x00081030, "LO", SECRET))
        item.add(DataElement(0x00181030, "LO", SECRET))
        item.add(DataElement(0x00189004, "CS", SECRET.upper()))
        dataset.add(DataElement(0x00081140, "SQ", [item]))
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99HOUSE", f"by {SECRET}"
    known = Dataset()
    known.CodeValue, known.CodingSchemeDesignator, known.CodeMeaning = "121314", "DCM", f"by {SECRET}"
    dataset.AnatomicRegionSequence = [code, known]
    dataset.add(DataElement(0x60003000, "OW", SECRET.encode()))
    dataset.add(DataElement(0x50003000, "OW", SECRET.encode()))


@pytest.fixture
def order(tmp_path: Path) -> Order:
    (tmp_path / "in").mkdir()
    pixels = np.random.default_rng(1).integers(200, 3000, (8, 48, 64)).astype(np.uint16)
    scene = Scene(pixels, np.arange(8) / 7.5, bits_stored=12)
    write_flavour(tmp_path / "in", "xa", scene, edit=plant)
    return Order((tmp_path / "in",), tmp_path / "out", b"k" * 16, Config(), "0.1.0")


def test_nothing_leaves_before_somebody_has_looked(order: Order) -> None:
    done = export(order)
    assert done.files == ()
    assert "look at" in done.failures[0]
    assert not order.out.exists()
    assert len(list(order.sheets.glob("*.png"))) == 1


def test_no_byte_names_the_patient_and_every_pixel_is_there(order: Order) -> None:
    source = next(order.paths[0].iterdir())
    # or else nothing is looked for below
    assert source.read_bytes().count(SECRET.encode()) > 10
    (path,) = export(replace(order, approved=True)).files
    content = path.read_bytes().lower()
    for planted in (SECRET.lower(), NUMBER, "19511231", "20240517", "jane", "99house"):
        assert planted.encode() not in content, planted
    assert dcmread(source).SOPInstanceUID.encode() not in content
    np.testing.assert_array_equal(pixel_array(path), pixel_array(source))
    assert dcmread(path).PatientIdentityRemoved == "YES"


def test_what_is_blacked_out_is_gone_on_every_frame(order: Order) -> None:
    (path,) = export(replace(order, rectangles=(Rectangle(4, 2, 10, 6),))).files
    pixels = pixel_array(path)
    assert (pixels[:, 2:8, 4:14] == 0).all()
    assert (pixels[:, 8:] > 0).all()


@pytest.mark.parametrize(("dates", "kept"), [("keep", True), ("shift", False)])
def test_dates_stay_or_move_and_birth_dates_never_do(dates: str, kept: bool, order: Order) -> None:
    config = Config.model_validate({"deidentify": {"dates": dates}})
    (path,) = export(replace(order, approved=True, config=config)).files
    dataset = dcmread(path)
    assert (dataset.StudyDate == "20240517") is kept
    assert len(dataset.StudyDate) == 8
    assert not dataset.PatientBirthDate
