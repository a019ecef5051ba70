"""Outlines of a batch: read, given to their runs, and every rule that was needed said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leakwatch.nouns import Outline, Run
from leakwatch.outline.assign import assign_outlines
from leakwatch.outline.given import Given, form_of_file, read_all_outlines
from leakwatch.pipeline.plan import Plan


@dataclass(frozen=True, slots=True)
class OutlinedRuns:
    """The runs of a plan with their outlines.

    Attributes
    ----------
    runs
        Those of the plan in its order; their warnings say by which rules their outlines were read.
    per_run
        Outlines of each.
    files
        Every file that outlines were read from.
    warnings
        All that is to be said of outlines.
    """

    runs: tuple[Run, ...]
    per_run: tuple[tuple[Outline, ...], ...]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def outline_runs(paths: Sequence[Path], plan: Plan) -> OutlinedRuns:
    """Read the outlines at `paths` and give each run its own.

    Raises
    ------
    OutlineError
        One is absent or not as it should be; nothing is analysed then.
    """
    given = read_all_outlines(paths, plan.runs)
    assigned = assign_outlines(plan.runs, [outline for one in given for outline in one.outlines])
    files = tuple(file for one in given for file in one.files)
    runs = tuple(
        replace(run, warnings=(*run.warnings, *_rules(run, given), *said))
        for run, said in zip(plan.runs, assigned.said, strict=True)
    )
    by_rule = (sentence for one in given for sentence in one.warnings)
    return OutlinedRuns(
        runs, assigned.per_run, files, (*by_rule, *assigned.warnings, *_not_asked_for(plan, files))
    )


def _rules(run: Run, given: Sequence[Given]) -> list[str]:
    """List what was decided by rule in the files that hold an outline of the run."""
    return [
        sentence
        for one in given
        if any(outline.sop_instance_uid == run.sop_instance_uid for outline in one.outlines)
        for sentence in one.warnings
    ]


def _not_asked_for(plan: Plan, files: Sequence[Path]) -> list[str]:
    """Say that objects among the inputs are not read: a result that was stored beside a run is one too."""
    asked = {file.resolve() for file in files}
    forms = [
        (path, form)
        for record in plan.records
        for path in record.paths
        if path.resolve() not in asked and (form := form_of_file(path)) is not None
    ]
    if not forms:
        return []
    path, form = forms[0]
    more = f" (and {len(forms) - 1} more like it)" if len(forms) > 1 else ""
    return [f"{path}: is a {form} among the inputs{more}; it gives outlines only where --outline names it"]
