"""Outlines that other tools wrote as DICOM: which kinds are read, and what of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import (
    BlendingSoftcopyPresentationStateStorage,
    ColorSoftcopyPresentationStateStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    PseudoColorSoftcopyPresentationStateStorage,
    RTStructureSetStorage,
    XAXRFGrayscaleSoftcopyPresentationStateStorage,
)

from leakwatch.dicom.classes import SEGMENTATIONS
from leakwatch.dicom.inflate import open_dataset
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.values import text_in
from leakwatch.errors import OutlineError
from leakwatch.nouns import Outline, Run
from leakwatch.outline import presentation_state, segmentation, structure_set
from leakwatch.outline.drawing import Drawing, Drawn, to_outlines
from leakwatch.outline.pictures import Pictures
from leakwatch.outline.reference import Place, is_uid

_PRESENTATION_STATES = (
    GrayscaleSoftcopyPresentationStateStorage,
    ColorSoftcopyPresentationStateStorage,
    PseudoColorSoftcopyPresentationStateStorage,
    BlendingSoftcopyPresentationStateStorage,
    XAXRFGrayscaleSoftcopyPresentationStateStorage,
)
OUTLINE_CLASSES = frozenset((*_PRESENTATION_STATES, *SEGMENTATIONS, RTStructureSetStorage))
"""SOP Class UIDs of what is read."""
_MOST_BYTES = 1 << 29
_CHUNK = 1 << 20


def form_of(sop_class: str) -> str:
    """Short name of a class among `OUTLINE_CLASSES`."""
    if sop_class in SEGMENTATIONS:
        return "SEG"
    return "RTSTRUCT" if sop_class == RTStructureSetStorage else "GSPS"


def read_dicom_outlines(path: Path, runs: Sequence[Run]) -> tuple[tuple[Outline, ...], tuple[str, ...]]:
    """Read a DICOM SEG, RTSTRUCT or softcopy presentation state; outlines, and what is to be said of them.

    Parameters
    ----------
    runs
        What it may have been drawn on: they tell matrix and pixel spacing.

    Raises
    ------
    OutlineError
        It is of another class, cannot be parsed, or holds no outline; the message names the file.
    """
    _refuse_giants(path)
    tags = ("SOPClassUID", *segmentation.TAGS, *presentation_state.TAGS, *structure_set.TAGS)
    try:
        with quiet():
            # these elements alone: none of them says who the patient is
            dataset = dcmread(path, force=True, stop_before_pixels=True, specific_tags=list(tags))
            pictures = Pictures.of(runs)
            drawn = _drawn(path, dataset, pictures)
    except OutlineError:
        raise
    # a parser fed a broken file may fail in any way; what it says may quote the file
    except Exception as error:
        msg = f"{path}: is not a DICOM file that can be parsed ({type(error).__name__})"
        raise OutlineError(msg) from error
    form = form_of(text_in(dataset, "SOPClassUID"))
    placed = [_on_run(drawing, pictures) for drawing in drawn.drawings]
    outlines = tuple(replace(one, form=form, file=path.name) for one in to_outlines(placed, path))
    if not outlines:
        why = "".join(f": {one.removeprefix(f'{path}: ')}" for one in drawn.warnings[:1])
        msg = f"{path}: holds no outline{why}"
        raise OutlineError(msg)
    return outlines, drawn.warnings


def _refuse_giants(path: Path) -> None:
    """Refuse what is too long, as it lies there or inflated: a parser holds all of it in memory."""
    size = path.stat().st_size
    if size <= _MOST_BYTES:
        with open_dataset(path, _MOST_BYTES + 1) as (source, deflated):
            while deflated and source.read(_CHUNK):
                size = max(size, source.tell())
    if size > _MOST_BYTES:
        msg = f"{path}: {_MOST_BYTES >> 20} MB and more are more than an outline can need"
        raise OutlineError(msg)


def _on_run(drawing: Drawing, pictures: Pictures) -> Drawing:
    place = pictures.on_run(Place(drawing.sop_instance_uid, drawing.frame))
    return replace(drawing, sop_instance_uid=place.sop_instance_uid, frame=place.frame)


def _drawn(path: Path, dataset: Dataset, pictures: Pictures) -> Drawn:
    sop_class = text_in(dataset, "SOPClassUID")
    if sop_class in SEGMENTATIONS:
        return segmentation.drawings_in_segmentation(path, dataset, pictures)
    if sop_class in _PRESENTATION_STATES:
        return presentation_state.drawings_in_presentation_state(path, dataset)
    if sop_class == RTStructureSetStorage:
        return structure_set.drawings_in_structure_set(path, dataset, pictures)
    shown = f"'{sop_class}'" if is_uid(sop_class) else "that is none"
    msg = f"{path}: is a DICOM file of SOP Class UID {shown}; outlines are SEG, RTSTRUCT or GSPS"
    raise OutlineError(msg)
