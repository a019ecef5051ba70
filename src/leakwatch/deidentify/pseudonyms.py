"""Other names for the same things: what a key makes of UIDs, patients and dates."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass, field

from pydicom.uid import UID

_STANDARD = "1.2.840.10008."
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The same key gives the same names, another key others; nobody without it can go back or compare."""

    key: bytes = field(repr=False)

    def uid(self, original: str) -> UID:
        """Rename an instance, a series, a study; UIDs of the standard itself stay (PS3.5 B.2)."""
        if original.startswith(_STANDARD) or not original:
            return UID(original)
        return UID(f"2.25.{uuid.UUID(bytes=self._digest('uid', original)[:16], version=5).int}")

    def patient(self, original: str) -> str:
        """Rename a patient, so that studies of one stay together."""
        return f"LW-{self._digest('patient', original).hex()[:12].upper()}"

    def days_back(self, patient: str) -> int:
        """Say by how many days the dates of a patient go back, at least one."""
        return 1 + int.from_bytes(self._digest("dates", patient)[:4], "big") % _MOST_DAYS

    def _digest(self, kind: str, original: str) -> bytes:
        return hmac.new(self.key, f"{kind}\n{original}".encode(), hashlib.sha256).digest()
