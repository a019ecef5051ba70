"""One case: simulated, measured with the masks that were found and with the true ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.steps import steps
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.bench.volume.record import Measured, MeasuredFrame, MeasuredRun
from leakwatch.config import Config
from leakwatch.imaging import core
from leakwatch.imaging.amount.frame import amounts_of
from leakwatch.imaging.amount.gauge import Gauge, make_gauge
from leakwatch.imaging.canvas import bin_down, mask_on_canvas
from leakwatch.imaging.state import CoreState
from leakwatch.nouns import Amount, Outline, Run
from leakwatch.outline.assign import assign_outlines
from leakwatch.outline.given import load_outlines
from leakwatch.pipeline.plan import make_plan
from leakwatch.simulate.case import write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.motion.layers import moved_rigidly
from leakwatch.simulate.run import Instant, SimulatedRun, simulate
from leakwatch.simulate.truth.frame import SILHOUETTE_MM, VISIBLE_MM
from leakwatch.source.frames import open_frames


def settings_of(case: CaseSection) -> Config:
    """Give the settings a user of that machine and that cement would write; all else stays the default.

    Scatter, blur, patient and depth are not told.
    """
    amount = {
        "cement": case.cement.product.value,
        "aluminium_mm": case.beam.aluminium_mm,
        "copper_mm": case.beam.copper_mm,
    }
    return Config.model_validate({"imaging": {"amount": amount}})


def measure_case(drawn: DrawnCase) -> tuple[MeasuredRun, ...]:
    """Measure every view of a case.

    Raises
    ------
    ValueError
        The case cannot be simulated.
    """
    config = settings_of(drawn.case)
    with TemporaryDirectory(prefix="leakwatch-volume-") as name:
        written = write_case(drawn.case, drawn.simulation_seed, Path(name) / "case")
        plan = make_plan((written.folder / "dicom",), config)
        assigned = assign_outlines(plan.runs, load_outlines(written.outline))
        outlines = {run.sop_instance_uid: mine for run, mine in zip(plan.runs, assigned.per_run, strict=True)}
        runs = {run.sop_instance_uid: run for run in plan.runs}
        simulated = simulate(drawn.case, drawn.simulation_seed)
        return tuple(
            _measure(drawn, one, runs[uid], outlines[uid], config)
            for uid, one in zip(written.sop_instance_uids, simulated, strict=True)
        )


def _measure(
    drawn: DrawnCase, truth: SimulatedRun, run: Run, outlines: tuple[Outline, ...], config: Config
) -> MeasuredRun:
    view = drawn.case.machine.views[truth.plane]
    chain = drawn.case.chain
    state = core.start(run, outlines, config.imaging)
    why = state.gauge if isinstance(state.gauge, str) else ""
    frames = () if why else tuple(_frames(truth, run, state))
    return MeasuredRun(
        drawn.index,
        drawn.site,
        drawn.case.cement.product.value,
        f"{view.primary_deg:g}/{view.secondary_deg:g}",
        _patient_mm(truth),
        drawn.case.detector.scatter_to_primary,
        f"{chain.relationship.value} {chain.bits_stored} bits",
        why,
        frames,
    )


def _frames(truth: SimulatedRun, run: Run, before: CoreState) -> Iterator[MeasuredFrame]:
    gauge = _told(truth, before)
    with open_frames(run) as reader:
        for step, now in zip(steps(before, reader), truth.instants(), strict=True):
            state, result = step.after, step.row
            if result.volume is None or state.seen is None:
                continue
            mask = _on_canvas(now.cement_mm > VISIBLE_MM, state)
            given = amounts_of(state, state.seen, mask, now.index)
            told = amounts_of(replace(state, gauge=gauge), state.seen, mask, now.index)
            if given is None or told is None:
                continue
            yield MeasuredFrame(
                now.index,
                now.volumes_ul[0],
                _outside_ul(truth, now),
                now.volumes_ul[1],
                _plain(result.volume.cement),
                _plain(result.volume.leak),
                _plain(given.volume.cement),
                _plain(given.volume.leak),
                _plain(told.volume.cement),
                _plain(told.volume.leak),
            )


def _told(truth: SimulatedRun, state: CoreState) -> Gauge | str:
    """Measure as the analysis does, but for scatter that is known to a tenth of its ratio."""
    detector = truth.scene.config.detector
    known = {
        "scatter_to_primary": detector.scatter_to_primary,
        "scatter_error": 0.1 * detector.scatter_to_primary,
        "scatter_range_mm": detector.scatter_range_mm,
    }
    return make_gauge(state.run, state.canvas, state.config.amount.model_copy(update=known))


def _on_canvas(mask: NDArray[np.bool_], state: CoreState) -> NDArray[np.bool_]:
    working = bin_down(mask.astype(np.float32), state.canvas.binning) > 0.5
    return mask_on_canvas(working, state.canvas, state.poses[-1])


def _outside_ul(truth: SimulatedRun, now: Instant) -> float:
    """Volume of what is seen beside the bone: of what leaked, the share of the picture's sum there."""
    chord_mm = moved_rigidly(truth.layers.treated_mm, now.motion, truth.layers)
    whole = float(now.leak_mm.sum())
    share = float(now.leak_mm[chord_mm <= SILHOUETTE_MM].sum()) / whole if whole > 0 else 0.0
    return share * now.volumes_ul[1]


def _patient_mm(truth: SimulatedRun) -> float:
    """Water that the middle of the picture is seen through, gas taken off."""
    soft = truth.layers.soft_mm
    rows, columns = soft.shape
    middle = soft[rows // 3 : -(rows // 3) or None, columns // 3 : -(columns // 3) or None]
    return round(float(np.median(middle)), 1)


def _plain(amount: Amount | None) -> Measured | None:
    return None if amount is None else Measured(amount.value, amount.low, amount.high)
