"""Objects that refer to the retired biplane class, made by a library that does not know it.

highdicom looks up attributes by SOP class and has no entry for the retired one. It is shown the
same picture as an XA image, and the references it wrote are put right.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from pydicom import Dataset
from pydicom.uid import UID, XRayAngiographicImageStorage

from leakwatch.objects.source import Source

BIPLANE = UID("1.2.840.10008.5.1.4.1.1.12.3")
"""X-Ray Angiographic Bi-Plane Image Storage (Retired): both planes in a file."""


def as_known(source: Source) -> Source:
    """Give the run with a class that highdicom knows."""
    if all(one.SOPClassUID != BIPLANE for one in source.instances):
        return source
    frames = tuple(
        replace(one, sop_class_uid=XRayAngiographicImageStorage) if one.sop_class_uid == BIPLANE else one
        for one in source.frames
    )
    return Source(tuple(_known(one) for one in source.instances), frames)


def with_true_class(dataset: Dataset, source: Source) -> Dataset:
    """Put the class of the run's instances back wherever `dataset` refers to one, and give it back."""
    retired = {str(one.SOPInstanceUID) for one in source.instances if one.SOPClassUID == BIPLANE}
    if retired:
        _put_back(dataset, retired)
    return dataset


def _known(instance: Dataset) -> Dataset:
    if instance.SOPClassUID != BIPLANE:
        return instance
    # a shallow copy would share its elements
    shown = deepcopy(instance)
    shown.SOPClassUID = XRayAngiographicImageStorage
    return shown


def _put_back(dataset: Dataset, retired: set[str]) -> None:
    if str(dataset.get("ReferencedSOPInstanceUID", "")) in retired:
        dataset.ReferencedSOPClassUID = BIPLANE
    for element in dataset:
        if element.VR == "SQ":
            for one in element.value:
                _put_back(one, retired)
