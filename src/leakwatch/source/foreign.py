"""Pass over DICOM files of other kinds from their first bytes, in the words of the full reader."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydicom.dataset import Dataset
from pydicom.uid import UID

from leakwatch.dicom.header import Header
from leakwatch.dicom.identity import check_fluoroscopy
from leakwatch.dicom.peek import Peek
from leakwatch.dicom.quiet import quiet
from leakwatch.errors import InputError, NotFluoroscopy


@dataclass(slots=True)
class Foreign:
    """What has been decided for each kind of file met so far: a folder holds few kinds and many files."""

    decided: dict[tuple[str, str], str] = field(default_factory=dict)

    def check(self, seen: Peek) -> None:
        """Refuse a file whose first bytes settle that it is no fluoroscopy.

        Raises
        ------
        NotFluoroscopy
            It is something else.
        """
        if not seen.sop_class or seen.modality is None:
            return
        kind = (seen.sop_class, seen.modality)
        if kind not in self.decided:
            self.decided[kind] = _why_not(seen)
        if self.decided[kind]:
            raise NotFluoroscopy(f"{seen.path}{self.decided[kind]}")


def _why_not(seen: Peek) -> str:
    """Return what the sentence says after the path; empty where the file must be read."""
    try:
        # a value that no such element may have is no reason to print it
        with quiet():
            said = Dataset()
            said.SOPClassUID, said.Modality = seen.sop_class, seen.modality
            check_fluoroscopy(Header(seen.path, said, UID(seen.syntax or ""), True, None, None))
    except NotFluoroscopy as error:
        return str(error).removeprefix(str(seen.path))
    # the full reader has more to say
    except InputError:
        return ""
    return ""
