"""Which runs the inputs hold, and what becomes of the inputs that hold none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Run
from leakwatch.results.manifest_json import InputRecord, Outcome


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


def make_plan(paths: Sequence[Path], config: DicomConfig) -> Plan:
    """Find and read the runs, without their pixels.

    A file the user named outright must be a fluoroscopy run; in a folder or a DICOMDIR, DICOM files of
    other kinds are passed over. Of files with the same SOP Instance UID the first is taken.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    found = find_inputs(paths)
    runs: dict[str, Run] = {}
    records = [_record(trouble.path, Outcome.FAILED, trouble.why) for trouble in found.unreadable]
    for path in found.files:
        try:
            run = read_run(path, config)
        except NotFluoroscopy as error:
            outcome = Outcome.FAILED if path in found.named else Outcome.SKIPPED
            records.append(_record(path, outcome, str(error)))
        except InputError as error:
            records.append(_record(path, Outcome.FAILED, str(error)))
        # Whatever a header can do to the reader, it must not do it to the other inputs.
        except Exception as error:
            sentence = f"{path}: the header cannot be read ({error.__class__.__name__}: {error})"
            records.append(_record(path, Outcome.FAILED, sentence))
        else:
            uid = run.sop_instance_uid
            if uid in runs:
                first = runs[uid].paths[0]
                sentence = f"{path}: is the same run as {first} (SOP Instance UID {uid}) and was skipped"
                records.append(_record(path, Outcome.SKIPPED, sentence, uid))
            else:
                runs[uid] = run
    return Plan(tuple(runs.values()), tuple(records), found.skipped)


def _record(path: Path, outcome: Outcome, sentence: str, uid: str = "") -> InputRecord:
    return InputRecord((path,), uid, outcome, sentence, {})
