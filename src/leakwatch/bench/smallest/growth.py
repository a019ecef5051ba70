"""One case: simulated and analysed; how its leak grew, beside what each run stated and when it alarmed."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from leakwatch.bench.smallest.record import Case, Growth
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.bench.survey.one_case import analyse_case
from leakwatch.bench.tables import RunFacts, read_case_facts, read_run_folders, read_table
from leakwatch.config import Config
from leakwatch.simulate.case import write_case


def measure_case(drawn: DrawnCase) -> Case:
    """Simulate a case that leaks and analyse it, with the drawn outline and the default settings."""
    with TemporaryDirectory(prefix="leakwatch-smallest-") as name:
        folder, out = Path(name) / "case", Path(name) / "out"
        try:
            written = write_case(drawn.case, drawn.simulation_seed, folder)
        except ValueError as error:
            return Case(drawn.index, (), f"cannot be simulated: {error}")
        errors, _ = analyse_case(written.folder, out, Config())
        facts = {run.sop_instance_uid: run for run in read_case_facts(folder / "truth" / "case.json").runs}
        runs = [
            growth_of(drawn, facts[uid], folder / "truth" / uid, analysed)
            for uid, analysed in read_run_folders(out)
        ]
    return Case(drawn.index, tuple(run for run in runs if max(run.seen_mm2) > 0), " ".join(errors))


def growth_of(drawn: DrawnCase, facts: RunFacts, truth: Path, analysed: Path) -> Growth:
    """Bring the folder of a run's truth and that of its analysis together."""
    true = read_table(truth / "frames.csv")
    states = read_table(analysed / "frames.csv").text("state")
    stated = json.loads((analysed / "run.json").read_text(encoding="utf-8"))["smallest_detectable"]
    return Growth(
        case=drawn.index,
        way=drawn.way,
        view=f"{facts.primary_deg:g}/{facts.secondary_deg:g}",
        times_s=tuple(true.numbers("time_s").tolist()),
        seen_mm2=tuple(true.numbers("leak_area_mm2").tolist()),
        leaked_ul=tuple(true.numbers("leak_ul").tolist()),
        alarm_frame=states.index("alarm") if "alarm" in states else None,
        undecided=tuple(np.flatnonzero(np.array(states) == "no_decision").tolist()),
        clear_mm=stated["diameter_mm"],
        edge_mm=stated["at_bone_edge"]["diameter_mm"],
    )
