"""The life of one subprocess: one run, one OpenCV thread, then gone.

Nothing heavy may be imported at the top: thread limits must be set before numpy is loaded.
"""

from __future__ import annotations

import os
import pickle
import signal
import traceback
from multiprocessing.connection import Connection
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakwatch.imaging.trial import Earlier
    from leakwatch.pipeline.messages import Follows

_REPORT_EVERY_S = 0.1


def work(pipe: Connection) -> None:
    """Receive one `Job`, send `Progress` now and then, and last a `Finished` or a `Failed`."""
    # Ctrl-C reaches the whole process group; the parent decides what becomes of the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # One process per run already fills the machine.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    try:
        _work(pipe)
    except BrokenPipeError:
        # The parent is gone and nobody wants the result.
        return


def _work(pipe: Connection) -> None:
    import cv2

    from leakwatch.errors import LeakwatchError
    from leakwatch.pipeline.analyse_run import analyse_run
    from leakwatch.pipeline.messages import Failed, Finished, Job, Progress

    cv2.setNumThreads(1)
    job: Job = pipe.recv()
    last = monotonic()

    def progress(frames: int) -> None:
        nonlocal last
        if monotonic() - last >= _REPORT_EVERY_S:
            last = monotonic()
            pipe.send(Progress(frames))

    path = job.run.paths[0]
    try:
        earlier = _earlier(job.follows)
        analysed, left = analyse_run(
            job.run, job.outlines, job.config, job.out, job.version, progress, job.dicom, earlier
        )
        # own words to an own process: what is pickled here is read by nobody else
        told = pickle.dumps(left) if job.leaves else b""
    except BrokenPipeError:
        raise
    except LeakwatchError as error:
        pipe.send(Failed(str(error), traceback.format_exc()))
    except MemoryError:
        pipe.send(Failed(f"{path}: needs more memory than there is", traceback.format_exc()))
    except OSError as error:
        reason = error.strerror or error.__class__.__name__
        pipe.send(Failed(f"{path}: its result cannot be written ({reason})", traceback.format_exc()))
    except Exception as error:
        kind = error.__class__.__name__
        sentence = f"{path}: the analysis met an error of its own ({kind}: {error}); please report it"
        pipe.send(Failed(sentence, traceback.format_exc()))
    else:
        pipe.send(Finished(analysed, told))


def _earlier(follows: Follows | None) -> Earlier | None:
    from leakwatch.imaging.trial import Earlier

    if follows is None:
        return None
    left = pickle.loads(follows.left) if follows.left else None
    return Earlier(follows.sop_instance_uid, follows.after_start_s, follows.pause_s, left)
