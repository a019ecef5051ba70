"""Which runs the inputs hold, and what becomes of the inputs that hold none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.nouns import Run
from leakwatch.results.manifest_json import InputRecord, Outcome
from leakwatch.source.runs import Fate, read_runs


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do.

    Attributes
    ----------
    runs
        In the order of the paths given, no SOP Instance UID twice.
    records
        Inputs that will not be analysed, as they go into the manifest.
    ignored
        Files in folders that are not DICOM, and links.
    """

    runs: tuple[Run, ...]
    records: tuple[InputRecord, ...]
    ignored: tuple[Path, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """One sentence per input that should have been a run and is not."""
        return tuple(record.sentence for record in self.records if record.outcome is Outcome.FAILED)

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence per run that was given twice."""
        return tuple(
            record.sentence
            for record in self.records
            if record.outcome is Outcome.SKIPPED and record.sop_instance_uid
        )


_OUTCOMES = {Fate.FAILED: Outcome.FAILED, Fate.OTHER: Outcome.SKIPPED, Fate.DUPLICATE: Outcome.SKIPPED}


def make_plan(paths: Sequence[Path], config: Config) -> Plan:
    """Find and read the runs, without their pixels.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    reading = read_runs(find_inputs(paths), config.dicom, config.video)
    records = tuple(
        InputRecord((one.path,), one.sop_instance_uid, _OUTCOMES[one.fate], one.why, {})
        for one in reading.rest
    )
    return Plan(reading.runs, records, reading.ignored)
