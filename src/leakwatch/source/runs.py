"""From files to runs, and what became of every file that is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.find import Found
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Run
from leakwatch.video.probe import is_video, probe_video


class Fate(StrEnum):
    """What became of a file that is not a run of its own."""

    FAILED = "failed"
    OTHER = "other"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class NotRun:
    """A file and one sentence why it is no run; `sop_instance_uid` of a duplicate."""

    path: Path
    fate: Fate
    why: str
    sop_instance_uid: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the inputs hold.

    Attributes
    ----------
    runs
        In the order found, no SOP Instance UID twice.
    rest
        Every other file that was looked into, in the order found.
    ignored
        Files in folders that are neither, and links.
    """

    runs: tuple[Run, ...]
    rest: tuple[NotRun, ...]
    ignored: tuple[Path, ...]


def read_runs(found: Found, dicom: DicomConfig, video: VideoConfig) -> Reading:
    """Read every run among the files, without their pixels.

    A file the user named outright must be a recording; in a folder or a DICOMDIR, DICOM files of other
    kinds are passed over. Of files with the same SOP Instance UID the first is taken.
    """
    runs: dict[str, Run] = {}
    rest = [NotRun(trouble.path, Fate.FAILED, trouble.why) for trouble in found.unreadable]
    for path in found.files:
        try:
            run = probe_video(path, video) if is_video(path) else read_run(path, dicom)
        except NotFluoroscopy as error:
            rest.append(NotRun(path, Fate.FAILED if path in found.named else Fate.OTHER, str(error)))
        except InputError as error:
            rest.append(NotRun(path, Fate.FAILED, str(error)))
        # Whatever a header can do to the reader, it must not do it to the other inputs.
        except Exception as error:
            why = f"{path}: the header cannot be read ({error.__class__.__name__}: {error})"
            rest.append(NotRun(path, Fate.FAILED, why))
        else:
            uid = run.sop_instance_uid
            if uid in runs:
                first = runs[uid].paths[0]
                why = f"{path}: is the same run as {first} (SOP Instance UID {uid}) and was skipped"
                rest.append(NotRun(path, Fate.DUPLICATE, why, uid))
            else:
                runs[uid] = run
    return Reading(tuple(runs.values()), tuple(rest), found.skipped)
