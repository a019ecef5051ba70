"""A recording with its patient planted wherever a value can be, and what leaves the house of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import DataElement, Dataset, dcmread
from pydicom.datadict import tag_for_keyword
from pydicom.pixels import pixel_array
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
)

from leakwatch.config import Config
from leakwatch.deidentify.black_out import Rectangle
from leakwatch.deidentify.export import Order, export

from ..dicom_flavours import FLAVOURS, Scene, write_flavour

SECRET = "Xylophonic"
NUMBER = "9876543210123"
# Attributes of the standard for each kind of text; those without are tried as private ones alone.
NESTED = {
    "LO": ("StudyDescription", "ProtocolName", "PatientID"),
    "SH": ("AccessionNumber", "StationName"),
    "ST": ("InstitutionAddress", "DerivationDescription"),
    "LT": ("ImageComments", "AdditionalPatientHistory"),
    "UT": ("TextValue", "LabelText"),
    "UC": ("LongCodeValue",),
    "UR": ("RetrieveURL",),
    "AE": ("RetrieveAETitle", "ScheduledStationAETitle"),
    "PN": ("OperatorsName", "ReferringPhysicianName"),
    "CS": ("ContentQualification", "BodyPartExamined"),
    "OB": ("EncapsulatedDocument",),
    "UN": (),
}
TEXT = tuple(NESTED)
WAYS = (
    *((flavour, ExplicitVRLittleEndian) for flavour in FLAVOURS),
    *(("xa", syntax) for syntax in (DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLosslessSV1)),
)


def plant(dataset: Dataset) -> None:
    """Put the name into private tags, overlays, curves, nested items, and every text there is."""
    dataset.PatientName, dataset.PatientID = f"{SECRET}^Jane", NUMBER
    dataset.PatientBirthDate, dataset.PatientAge = "19511231", "073Y"
    dataset.ImageComments = f"seen with {SECRET}"
    dataset.Manufacturer = f"of {SECRET}"
    dataset.BodyPartExamined = SECRET.upper()
    dataset.StudyDate = "20240517"
    items = []
    for number, kind in enumerate(TEXT):
        value = SECRET.encode() if kind in ("OB", "UN") else SECRET.upper() if kind == "CS" else SECRET
        private = DataElement(0x00091001 + number, kind, value)
        dataset.add(private)
        item, deeper = Dataset(), Dataset()
        for nested in (item, deeper):
            nested.add(private)
            for keyword in NESTED[kind]:
                nested.add(DataElement(tag_for_keyword(keyword), kind, value))
        item.add(DataElement(0x00400275, "SQ", [deeper]))  # Request Attributes Sequence
        items.append(item)
    dataset.add(DataElement(0x00081140, "SQ", items))  # Referenced Image Sequence
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "1", "99HOUSE", f"by {SECRET}"
    known = Dataset()
    known.CodeValue, known.CodingSchemeDesignator, known.CodeMeaning = "121314", "DCM", f"by {SECRET}"
    dataset.AnatomicRegionSequence = [code, known]
    dataset.add(DataElement(0x60003000, "OW", SECRET.encode()))
    dataset.add(DataElement(0x50003000, "OW", SECRET.encode()))


def make_order(folder: Path, flavour: str = "xa", syntax: str = ExplicitVRLittleEndian) -> Order:
    """An order to let out a recording with its patient in it."""
    (folder / "in").mkdir(parents=True)
    stored = np.uint8 if flavour == "sc_byte" else np.uint16
    pixels = (
        np.random.default_rng(1).integers(20, 250 if stored == np.uint8 else 3000, (8, 48, 64)).astype(stored)
    )
    scene = Scene(pixels, np.arange(8) / 7.5, bits_stored=None if flavour == "sc_byte" else 12)
    write_flavour(folder / "in", flavour, scene, syntax=syntax, edit=plant)
    return Order((folder / "in",), folder / "out", b"k" * 16, Config(), "0.1.0")


@pytest.fixture
def order(tmp_path: Path) -> Order:
    return make_order(tmp_path)


def test_nothing_leaves_before_somebody_has_looked(order: Order) -> None:
    done = export(order)
    assert done.files == ()
    assert "look at" in done.failures[0]
    assert not order.out.exists()
    assert len(list(order.sheets.glob("*.png"))) == 1


@pytest.mark.parametrize(("flavour", "syntax"), WAYS)
def test_no_byte_names_the_patient_and_every_pixel_is_there(
    flavour: str, syntax: str, tmp_path: Path
) -> None:
    order = make_order(tmp_path, flavour, syntax)
    sources = {dcmread(path).SOPInstanceUID: path for path in sorted(order.paths[0].rglob("*.dcm"))}
    # or else nothing is looked for below
    if syntax != DeflatedExplicitVRLittleEndian:
        assert all(
            source.read_bytes().lower().count(SECRET.lower().encode()) > 30 for source in sources.values()
        )
    done = export(replace(order, approved=True))
    assert done.failures == ()
    assert len(done.files) == len(sources)
    for path in done.files:
        assert dcmread(path).file_meta.TransferSyntaxUID == ExplicitVRLittleEndian  # every byte can be read
        content = path.read_bytes().lower()
        for planted in (SECRET.lower(), NUMBER, "19511231", "20240517", "jane", "99house", *sources):
            assert planted.encode() not in content, planted
        assert dcmread(path).PatientIdentityRemoved == "YES"
    plain = make_order(tmp_path / "plain", flavour).paths[0].rglob("*.dcm")  # the same, not compressed
    exported = sorted(pixel_array(path).tobytes() for path in done.files)
    assert exported == sorted(pixel_array(path).tobytes() for path in plain)


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
