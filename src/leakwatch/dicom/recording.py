"""What a file says of one run in it that depends on how the file is built."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.dicom.clock import Clock
from leakwatch.dicom.header import Header
from leakwatch.nouns import PerFrame, Plane


@dataclass(frozen=True, slots=True)
class Recording:
    """One run of a file: all of a classic or Enhanced one, one plane of a biplane one.

    Attributes
    ----------
    header
        What holds for the run's first frame, every attribute at the place where a classic file has it.
    frame_numbers, plane, sop_instance_uid, partners
        As in `nouns.Run`; None where the whole file's hold.
    warnings
        A sentence for every rule applied, the clock's not included.
    """

    header: Header
    clock: Clock
    per_frame: PerFrame | None
    warnings: tuple[str, ...] = ()
    frame_numbers: tuple[int, ...] | None = None
    plane: Plane | None = None
    sop_instance_uid: str | None = None
    partners: tuple[str, ...] | None = None
