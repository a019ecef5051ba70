"""Write a run's result objects beside its other results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray
from pydicom import Dataset

from leakwatch.errors import LeakwatchError
from leakwatch.nouns import AnalysedRun, Run
from leakwatch.objects.identity import Identity
from leakwatch.objects.key_objects import key_objects
from leakwatch.objects.moment import Moment
from leakwatch.objects.overlay import overlay
from leakwatch.objects.presentation import presentation_state
from leakwatch.objects.report import frames_of_interest, report
from leakwatch.objects.segmentation import close_pixels, segmentation
from leakwatch.objects.source import read_source
from leakwatch.results.atomic import new_file
from leakwatch.review.window import choose_window
from leakwatch.source.frames import open_frames

_WINDOW_FRAMES = 8


def write_objects(
    analysed: AnalysedRun, moments: Sequence[Moment], labels: Path, identity: Identity, folder: Path
) -> tuple[str, ...]:
    """Write a report, a segmentation, an overlay, a presentation state and the key objects of a run.

    What there is nothing to say in, as a segmentation without cement, is not written.

    Parameters
    ----------
    moments
        One per analysed frame.
    labels
        The run's ``labels.tif``.

    Returns
    -------
    tuple[str, ...]
        A sentence for every object that failed; the others stand.
    """
    run = analysed.run
    source = read_source(run)
    with open_frames(run) as frames:
        first = [stored.pixels for stored in islice(iter(frames), _WINDOW_FRAMES)]
    window = choose_window(first, run.intensity, run.shutter)
    wanted = frames_of_interest(analysed.summary.events)
    makers: dict[str, Callable[[], Dataset | None]] = {
        "report": lambda: report(
            source,
            identity,
            analysed,
            {frame: page for frame, page in enumerate(_pages(labels)) if frame in wanted},
        ),
        "segmentation": lambda: segmentation(source, identity, _pages(labels), run.rows, run.columns),
        "overlay": lambda: overlay(source, identity, run, window, _pictures(run, labels, moments)),
        "presentation": lambda: presentation_state(
            source, identity, window, zip(_pages(labels), moments, strict=True)
        ),
        "key-objects": lambda: key_objects(source, identity, analysed.summary.events),
    }
    folder.mkdir()
    failed = []
    for name, make in makers.items():
        path = folder / f"{name}.dcm"
        try:
            dataset = make()
            if dataset is not None:
                try:
                    with new_file(path) as partial:
                        dataset.save_as(partial, enforce_file_format=True)
                finally:
                    if "PixelData" in dataset:
                        close_pixels(dataset)
        except LeakwatchError as error:
            failed.append(str(error))
        # one object that cannot be made must not take the others with it, whatever a library meets in a file
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError) as error:
            failed.append(f"{run.paths[0]}: no {path.name} could be made ({type(error).__name__})")
    return tuple(failed)


def _pages(labels: Path) -> Iterator[NDArray[np.uint8]]:
    with tifffile.TiffFile(labels) as pages:
        for page in pages.pages:
            yield np.asarray(page.asarray(), np.uint8)


def _pictures(
    run: Run, labels: Path, moments: Sequence[Moment]
) -> Iterator[tuple[NDArray[np.integer], NDArray[np.uint8], Moment]]:
    with open_frames(run) as frames:
        for stored, page, moment in zip(frames, _pages(labels), moments, strict=False):
            yield stored.pixels, page, moment
