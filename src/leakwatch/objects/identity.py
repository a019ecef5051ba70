"""What makes a result object this object and no other."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from pydicom.uid import UID

from leakwatch.config import Config
from leakwatch.nouns import AnalysedRun

_NAMESPACE = uuid.UUID("b7b0f4d6-6f0b-5f43-9f0c-6d1d8d0f5a51")


@dataclass(frozen=True, slots=True)
class Identity:
    """An analysis: the run, the settings it was analysed with, and the version that did it.

    Attributes
    ----------
    config_digest
        Hash of the resolved settings and of the outlines.
    """

    sop_instance_uid: str
    config_digest: str
    version: str

    def uid(self, kind: str) -> UID:
        """Give the UID of one of its objects or series: the same analysis has the same ones (PS3.5 B.2)."""
        name = "\n".join((self.sop_instance_uid, self.config_digest, self.version, kind))
        return UID(f"2.25.{uuid.uuid5(_NAMESPACE, name).int}")


def identity_of(analysed: AnalysedRun, config: Config, version: str) -> Identity:
    """Tell an analysis by its run, the settings that decide anything, the outlines, and the version.

    A run of several files is named by its first; the times of the others say which they are, for with another
    picture it is another run.
    """
    decides_nothing = {"report", "batch", "listen", "watch", "archives"}
    digest = hashlib.sha256(config.model_dump_json(exclude=decides_nothing).encode())
    for outline in analysed.outlines:
        digest.update(f"{outline.frame} {outline.site} {outline.label}".encode())
        digest.update(outline.polygon_xy_px.tobytes())
    if len(analysed.run.paths) > 1:
        digest.update(analysed.run.times_s.tobytes())
    return Identity(analysed.run.sop_instance_uid, digest.hexdigest(), version)
