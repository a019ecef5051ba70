"""What is more than one file: a series of single frames, a disc with its DICOMDIR."""

from __future__ import annotations

from pydicom import uid
from pydicom.dataset import Dataset

from leakwatch.bench.fuzz.cells import scan
from leakwatch.bench.fuzz.seed import Seed, SeedFile
from leakwatch.bench.fuzz.seed_header import FRAMES, header, patient, picture, with_meta
from leakwatch.bench.fuzz.seed_single import written
from leakwatch.bench.fuzz.structure import set_number

_NEXT, _LOWER, _NONE = "00041400", "00041420", -1
# Of PATIENT, STUDY, SERIES, IMAGE, IMAGE: the next record of the same level, and the first one below.
_LINKS = ((_NONE, 1), (_NONE, 2), (_NONE, 3), (4, _NONE), (_NONE, _NONE))


def series(flavour: str) -> Seed:
    """Write single-frame files of one series that make a run, and a text file beside them."""
    pictures = picture(12, 5)
    files = []
    for index in range(5):
        dataset = header(1, 12, index + 1)
        dataset.AcquisitionTime = f"120000.{index}00"
        for keyword in ("NumberOfFrames", "FrameTime", "FrameIncrementPointer"):
            delattr(dataset, keyword)
        files.append(SeedFile(f"series/{index}.dcm", _file(dataset, pictures[index].tobytes())))
    return Seed(flavour, (*files, SeedFile("series/notes.txt", b"nothing\n")), ("",))


def dicomdir(flavour: str) -> Seed:
    """Write two runs and the DICOMDIR that lists them; the DICOMDIR is named.

    By hand: pydicom's FileSet leaves a temporary folder behind until the process ends, and says so.
    """
    names = ("ST1/IM1", "ST1/IM2")
    runs = [
        SeedFile(name, _file(header(FRAMES, 12, number), picture(12).tobytes()))
        for number, name in enumerate(names, 1)
    ]
    return Seed(flavour, (SeedFile("DICOMDIR", _directory(names)), *runs), ("DICOMDIR",))


def _directory(names: tuple[str, ...]) -> bytes:
    directory = Dataset()
    directory.SOPClassUID, directory.SOPInstanceUID = uid.MediaStorageDirectoryStorage, "2.25.9"
    directory.FileSetID = "DISC"
    directory.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    directory.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    directory.FileSetConsistencyFlag = 0
    records: list[Dataset] = []
    for kind in ("PATIENT", "STUDY", "SERIES", *("IMAGE" for _ in names)):
        record = Dataset()
        record.OffsetOfTheNextDirectoryRecord = record.OffsetOfReferencedLowerLevelDirectoryEntity = 0
        record.RecordInUseFlag, record.DirectoryRecordType = 65535, kind
        if kind == "PATIENT":
            patient(record)
        if kind == "IMAGE":
            record.ReferencedFileID = names[len(records) - 3].split("/")
            record.ReferencedSOPClassUIDInFile = uid.XRayAngiographicImageStorage
            record.ReferencedSOPInstanceUIDInFile = f"2.25.{998 + len(records)}"
            record.ReferencedTransferSyntaxUIDInFile = uid.ExplicitVRLittleEndian
        records.append(record)
    directory.DirectoryRecordSequence = records
    with_meta(directory, uid.ExplicitVRLittleEndian)
    del directory.SOPClassUID, directory.SOPInstanceUID
    return _linked(written(directory))


def _linked(data: bytes) -> bytes:
    """Fill in the offsets, now that the records have their places."""
    starts = [cell.start for cell in scan(data) if cell.name == "FFFEE000"]
    for index, (following, below) in enumerate(_LINKS):
        for tag, target in ((_NEXT, following), (_LOWER, below)):
            data = set_number(data, f"{tag}#{index}", str(0 if target == _NONE else starts[target]))
    for tag in ("00041200", "00041202"):
        data = set_number(data, f"{tag}#0", str(starts[0]))
    return data


def _file(dataset: Dataset, pixels: bytes) -> bytes:
    with_meta(dataset, uid.ExplicitVRLittleEndian)
    dataset.PixelData = pixels
    dataset["PixelData"].VR = "OW"
    return written(dataset)
