"""Recordings and results out of the house: found, gone through, written, and what was left behind said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    JPEGBaseline8Bit,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
)

from leakwatch.config import Config
from leakwatch.deidentify.black_out import Rectangle
from leakwatch.deidentify.identifiers import telling
from leakwatch.deidentify.overlay import Matrix, put_pictures, scale_of
from leakwatch.deidentify.own import is_own
from leakwatch.deidentify.pseudonyms import Pseudonyms
from leakwatch.deidentify.recording import put_pixels
from leakwatch.deidentify.sheet import write_sheet
from leakwatch.deidentify.statement import state
from leakwatch.deidentify.walk import Walk
from leakwatch.dicom.find import find_inputs
from leakwatch.dicom.quiet import quiet
from leakwatch.errors import InputError, LeakwatchError, NothingToAnalyse, UsageError
from leakwatch.nouns import Medium, Run
from leakwatch.results.atomic import new_file
from leakwatch.source.runs import Fate, read_runs

_MOST_BYTES = 1 << 30
_PIXEL_DATA = 0x7FE00010


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Attributes
    ----------
    out
        A new or empty folder.
    approved
        A person has looked at the contact sheets, and nothing else has to be covered.
    """

    paths: tuple[Path, ...]
    out: Path
    key: bytes
    config: Config
    version: str
    rectangles: tuple[Rectangle, ...] = ()
    approved: bool = False

    @property
    def sheets(self) -> Path:
        """Where the contact sheets lie: beside the export, for they show what may not leave."""
        return self.out.with_name(f"{self.out.name}-to-look-at")


class _LeftOut(Exception):
    """Why something of ours does not go along."""


@dataclass(frozen=True, slots=True)
class Exported:
    """Files written, sentences for what failed or was refused, and for what was passed over."""

    files: tuple[Path, ...]
    failures: tuple[str, ...]
    left_out: tuple[str, ...]


def export(order: Order) -> Exported:
    """De-identify every recording and every result of ours among the paths.

    Raises
    ------
    UsageError
        A path does not exist, or the folder is not empty or cannot be made.
    NothingToAnalyse
        There is nothing to export.
    """
    _check_out(order.out)
    reading = read_runs(find_inputs(order.paths), order.config.dicom, order.config.video)
    per_file: dict[Path, list[Run]] = {}
    for run in reading.runs:
        for path in run.paths:
            per_file.setdefault(path, []).append(run)
    written: list[Path] = []
    failures = [one.why for one in reading.rest if one.fate is Fate.FAILED]
    left_out = [f"{path}: is no DICOM file and is left out" for path in reading.ignored]

    def attempt(make: Callable[[], Path | None], path: Path) -> None:
        try:
            made = make()
        except _LeftOut as why:
            left_out.append(f"{path}: {why}")
        except LeakwatchError as error:
            failures.append(str(error))
        # what a library says may quote the file
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, NotImplementedError) as error:
            failures.append(f"{path}: cannot be de-identified ({type(error).__name__})")
        else:
            if made is None:
                left_out.append(f"{path}: is neither a recording nor a result of leakwatch, and is left out")
            else:
                written.append(made)

    waiting = {path: runs for path, runs in per_file.items() if _waits(order, path)}
    if waiting:
        # nothing leaves before somebody has looked, and the folder stays empty for the next call
        for path, runs in waiting.items():
            attempt(lambda path=path, runs=runs: _to_look_at(order, path, runs), path)  # type: ignore[misc]
        return Exported((), tuple(failures), tuple(left_out))
    exported: dict[str, Matrix] = {}
    for path, runs in per_file.items():
        attempt(lambda path=path, runs=runs: _recording(order, path, runs, exported), path)  # type: ignore[misc]
    for one in reading.rest:
        if one.fate is Fate.OTHER:
            attempt(lambda path=one.path: _result(order, path, exported), one.path)  # type: ignore[misc]
    if not written and not failures:
        msg = f"{', '.join(map(str, order.paths))}: holds no recording and no result to export"
        raise NothingToAnalyse(msg)
    return Exported(tuple(written), tuple(failures), tuple(left_out))


def _waits(order: Order, path: Path) -> bool:
    """Whether a person has to look first: only a picture that says NO has nothing written into it."""
    if order.approved or order.rectangles:
        return False
    try:
        return str(_read(path, pixels=False).get("BurnedInAnnotation", "")) != "NO"
    except InputError:
        return False


def _to_look_at(order: Order, path: Path, runs: Sequence[Run]) -> None:
    header = _read(path, pixels=False)
    dataset = _walk(order, header, own=False).over(header)
    packed, (least, most) = put_pixels(dataset, header, _in_file(runs, path), (), path)
    packed.close()
    sheet = _sheet(order, dataset)
    write_sheet(sheet, least, most)
    said = str(header.get("BurnedInAnnotation", "")) == "YES"
    msg = (
        f"{path}: Burned In Annotation (0028,0301) is {'YES' if said else 'not NO'}: look at {sheet}, then "
        "call again with --black-out x,y,w,h or --approved"
    )
    raise InputError(msg)


def _sheet(order: Order, dataset: Dataset) -> Path:
    return order.sheets / f"{dataset.SOPInstanceUID}.png"


def _recording(order: Order, path: Path, runs: Sequence[Run], exported: dict[str, Matrix]) -> Path:
    """Write a recording, and note its matrix in `exported` under the original SOP Instance UID."""
    header = _read(path, pixels=False)
    dataset = _walk(order, header, own=False).over(header)
    packed, (least, most) = put_pixels(dataset, header, _in_file(runs, path), order.rectangles, path)
    with packed:
        write_sheet(_sheet(order, dataset), least, most)
        # a person has looked, or the machine that made it says so
        dataset.BurnedInAnnotation = "NO"
        made = _write(order, dataset, cleaned=bool(order.rectangles))
    exported[str(header.SOPInstanceUID)] = runs[0].rows, runs[0].columns
    return made


def _in_file(runs: Sequence[Run], path: Path) -> Sequence[Run]:
    """Give the runs that a file holds; of a series of single pictures the one that it is."""
    if runs[0].medium is not Medium.DICOM:
        msg = f"{path}: is a video, and only DICOM files are exported"
        raise InputError(msg)
    (first, *_) = runs
    if len(first.paths) == 1:
        return runs
    return [replace(first, paths=(path,), times_s=first.times_s[:1] * 0, frame_numbers=None, per_frame=None)]


def _result(order: Order, path: Path, exported: Mapping[str, Matrix]) -> Path | None:
    if path.stat().st_size > _MOST_BYTES:
        return None
    header = _read(path, pixels=True)
    if not is_own(header):
        return None
    dataset = _walk(order, header, own=True).over(header)
    if header.SOPClassUID == MultiFrameTrueColorSecondaryCaptureImageStorage:
        return _overlay(order, dataset, header, exported)
    if "PixelData" in header:
        if header.file_meta.TransferSyntaxUID.is_encapsulated:
            return None
        bits = header.Rows * header.Columns * int(header.NumberOfFrames) * header.BitsAllocated
        # nothing that lies behind the last pixel
        pixels = header.PixelData[: (bits + 7) // 8]
        dataset.add_new(_PIXEL_DATA, "OB", pixels + b"\0" * (len(pixels) % 2))
    return _write(order, dataset, cleaned=False)


def _overlay(order: Order, dataset: Dataset, header: Dataset, exported: Mapping[str, Matrix]) -> Path:
    scale = scale_of(header, exported)
    if scale is None:
        msg = "shows a run that is not exported with it, so that nobody has looked at it, and is left out"
        raise _LeftOut(msg)
    try:
        write_sheet(_sheet(order, dataset), *put_pictures(dataset, header, order.rectangles, scale))
    except InputError as error:
        raise _LeftOut(f"{error}, and it is left out") from error
    return _write(order, dataset, cleaned=bool(order.rectangles), syntax=JPEGBaseline8Bit)


def _walk(order: Order, header: Dataset, *, own: bool) -> Walk:
    patient = str(header.get("PatientID") or header.get("StudyInstanceUID") or "")
    return Walk(Pseudonyms(order.key), order.config.deidentify, patient, telling(header), own)


def _read(path: Path, *, pixels: bool) -> Dataset:
    try:
        with quiet():
            dataset = dcmread(path, stop_before_pixels=not pixels, force=True)
            # every value once, here, where what is wrong with one is not said aloud
            for _ in dataset.iterall():
                pass
    except Exception as error:
        msg = f"{path}: cannot be read whole, and is not exported ({type(error).__name__})"
        raise InputError(msg) from error
    return dataset


def _write(order: Order, dataset: Dataset, *, cleaned: bool, syntax: UID = ExplicitVRLittleEndian) -> Path:
    state(dataset, order.config.deidentify, order.version, cleaned=cleaned)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    order.out.mkdir(parents=True, exist_ok=True)
    path = order.out / f"{dataset.SOPInstanceUID}.dcm"
    with new_file(path) as partial:
        dataset.save_as(partial, enforce_file_format=True)
    return path


def _check_out(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        msg = f"{out}: must be a new or an empty folder, so that nothing else goes out with the export"
        raise UsageError(msg)
