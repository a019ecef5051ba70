"""What becomes of an analysis that is done: its results in their place, the queue told, recordings let go."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from time import time
from uuid import uuid4

from leakwatch.config import Config
from leakwatch.pacs.commit import instance_of
from leakwatch.pacs.keep import sync_folder
from leakwatch.service.places import Places
from leakwatch.service.queue import Ending, Job, Queue


def put_in_place(folder: Path, final: Path, places: Places) -> None:
    """Move results to where they are found, in the place of those of an earlier analysis.

    After a kill between the two moves there are none, and the job, which is still in hand, is done again.
    """
    older = places.work / uuid4().hex
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        final.replace(older)
    folder.replace(final)
    sync_folder(final.parent)
    shutil.rmtree(older, ignore_errors=True)


def analysed_in(final: Path) -> set[str]:
    """SOP Instance UIDs of what results are of, by their manifest; none where there are no results."""
    try:
        manifest = json.loads((final / "manifest.json").read_text(encoding="utf-8"))
        return {Path(file["path"]).stem for one in manifest["inputs"] for file in one["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def ending_of(config: Config) -> Ending:
    """Read from the settings what becomes of a job that has ended."""
    own = config.listen
    return Ending(own.late_s, own.send_to is not None, own.keep_received)


def finish(
    job: Job, final: Path, sentences: Sequence[str], places: Places, queue: Queue, config: Config
) -> bool:
    """Tell the queue, and let go of the recordings; False where more has joined the job meanwhile."""
    files = sorted(final.glob("runs/*/dicom/*.dcm"))
    results = {str(path.relative_to(places.out)): instance_of(path)[1] for path in files}
    done = queue.finish(job, results, " | ".join(sentences), time(), ending_of(config))
    let_go(places, queue, config)
    return done


def let_go(places: Places, queue: Queue, config: Config) -> None:
    """Remove the recordings that nothing can join any more; what a kill leaves of them goes the next time."""
    queue.close_late(time(), keep=config.listen.keep_received)
    spent = queue.spent()
    for _, uid in spent:
        places.received_file(uid).unlink(missing_ok=True)
    if spent:
        queue.note_removed({number for number, _ in spent})
