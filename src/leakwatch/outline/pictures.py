"""Which frame of which run a picture is: a run may be many files, or one of two in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.filereader import read_partial
from pydicom.tag import BaseTag

from leakwatch.dicom.biplane import plane_b_uid
from leakwatch.dicom.guard import GuardedFile
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.values import text_in
from leakwatch.nouns import Run
from leakwatch.outline.reference import Place

_SOP_INSTANCE = 0x00080018


@dataclass(frozen=True, slots=True)
class Pictures:
    """The runs, and what they are made of.

    `uids` has, for each run that is a series of single pictures, their SOP Instance UIDs in order; else ().
    """

    runs: tuple[Run, ...]
    uids: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Pictures:
        """Look up the pictures of each run."""
        return cls(
            tuple(runs),
            tuple(tuple(map(_uid, run.paths)) if len(run.paths) > 1 else () for run in runs),
        )

    def on_run(self, place: Place) -> Place:
        """Turn a frame of an instance, as files refer to it, into the frame of a run; as it is where none is.

        A picture of a series is the run's frame at its place. A frame of a file with both planes is a frame
        of the plane that holds it, and not of the other where that plane is no run.
        """
        own = None
        for run, uids in zip(self.runs, self.uids, strict=True):
            if place.sop_instance_uid in uids and not place.frame:
                return Place(run.sop_instance_uid, uids.index(place.sop_instance_uid))
            if place.sop_instance_uid == run.sop_instance_uid:
                own = run
        if own is not None and own.frame_numbers is not None:
            for run in self.runs:
                if run.paths == own.paths and place.frame in (run.frame_numbers or ()):
                    return Place(run.sop_instance_uid, (run.frame_numbers or ()).index(place.frame))
            return Place(plane_b_uid(place.sop_instance_uid), place.frame)
        return place

    def run_at(self, place: Place) -> Run | None:
        """Find the run that a frame of an instance belongs to."""
        uid = self.on_run(place).sop_instance_uid
        return next((run for run in self.runs if run.sop_instance_uid == uid), None)


def _uid(path: Path) -> str:
    """SOP Instance UID of a file, empty where it cannot be had: then nothing can refer to it."""
    try:
        with quiet(), GuardedFile.open(path) as source:
            return text_in(read_partial(source, _past_instance, force=True), "SOPInstanceUID")
    # a parser may fail in any way; the run's own reader has said so already
    except Exception:
        return ""


def _past_instance(tag: BaseTag, vr: str | None, length: int) -> bool:
    return int(tag) > _SOP_INSTANCE
