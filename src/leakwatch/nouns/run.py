"""A recorded fluoroscopy run: identity, clock, intensity chain and C-arm geometry, no pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Plane(StrEnum):
    """Which detector of a biplane machine saw the run (Image Type value 3)."""

    A = "A"
    B = "B"
    SINGLE = "single"


class Medium(StrEnum):
    """What holds the pictures: DICOM files, or one video file, which says nothing of dose or geometry."""

    DICOM = "dicom"
    VIDEO = "video"


class Relationship(StrEnum):
    """Pixel Intensity Relationship (0028,1040); ``OTHER`` is any undefined term, or none."""

    LIN = "LIN"
    LOG = "LOG"
    DISP = "DISP"
    OTHER = "OTHER"


class Calibration(StrEnum):
    """How far stored values can be carried back to attenuation.

    ``CALIBRATED``: line integrals with a known gain. ``MONOTONE``: line integrals up to an unknown
    gain and offset. ``DISPLAY``: a monotone picture, shaped for the eye; no thickness, no volume.
    """

    CALIBRATED = "calibrated"
    MONOTONE = "monotone"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class IntensityChain:
    """How stored values of one run relate to X-ray intensity (PS3.3 C.8.7.1.1.2).

    Attributes
    ----------
    relationship, sign
        Pixel Intensity Relationship and its Sign: +1, lower stored values mean less intensity at the
        detector (cement is dark); -1, the reverse.
    inverted
        True for MONOCHROME1, whose lowest value is shown white.
    bits_stored, signed
        Layout of a stored value.
    to_intensity
        The Modality LUT as ``(first_mapped, table)``, table (n,) float64, for LOG and DISP the way back
        to linear intensity, for LIN a rescaling that says which value means none; never for display.
        None where the run carries none.
    calibration
        What may be concluded from the result.
    padding
        First and last stored value that stand for no picture (Pixel Padding), both included; or None.
    subtracted
        True where stored pixels are already the difference to a mask: nothing can be decided there.
    """

    relationship: Relationship
    sign: int
    inverted: bool
    bits_stored: int
    signed: bool
    to_intensity: tuple[int, NDArray[np.float64]] | None
    calibration: Calibration
    padding: tuple[int, int] | None = None
    subtracted: bool = False

    def __post_init__(self) -> None:
        if self.sign not in (-1, 1):
            msg = f"Pixel Intensity Relationship Sign must be 1 or -1, not {self.sign}"
            raise ValueError(msg)

    @property
    def proportional(self) -> bool:
        """Whether contrast is attenuation, be it times an unknown gain: it grows with the depth of cement.

        So it is where values are calibrated, and where they are logarithms whose gain is not stated.
        """
        if self.calibration is Calibration.MONOTONE:
            return self.relationship is Relationship.LOG
        return self.calibration is Calibration.CALIBRATED


@dataclass(frozen=True, slots=True)
class PoseError:
    """What the stated pose of a view is off by, beside that of another view whose pose is believed.

    A point at ``X`` mm of the other view's patient space is projected as if it lay at ``R X + shift_mm``, R
    the rotation about `turn_deg`, a vector along its axis and as long as its angle.
    """

    turn_deg: tuple[float, float, float]
    shift_mm: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class CArm:
    """The stated geometry of a run; None where the file does not say.

    Attributes
    ----------
    primary_deg, secondary_deg
        Positioner angles: + towards LAO, + cranial (PS3.3 C.8.7.5).
    sid_mm, sod_mm
        Distance source to detector, source to isocentre.
    imager_spacing_mm
        Detector pixel pitch (row spacing, column spacing), at the detector plane.
    isocentre_pixel_mm
        (row, column) size of a pixel at the isocentre plane where a user states it outright, as for a
        video; it goes before what the others would give.
    pose_error
        What was found to be wrong with the pose that angles and isocentre state; None where nothing was.
    """

    primary_deg: float | None = None
    secondary_deg: float | None = None
    sid_mm: float | None = None
    sod_mm: float | None = None
    imager_spacing_mm: tuple[float, float] | None = None
    isocentre_pixel_mm: tuple[float, float] | None = None
    pose_error: PoseError | None = None

    @property
    def pixel_mm(self) -> tuple[float, float] | None:
        """(row, column) size of a pixel at the isocentre plane: spacing x SOD / SID; None if unknown."""
        if self.isocentre_pixel_mm is not None:
            return self.isocentre_pixel_mm
        if self.imager_spacing_mm is None or self.sid_mm is None or self.sod_mm is None:
            return None
        scale = self.sod_mm / self.sid_mm
        return (self.imager_spacing_mm[0] * scale, self.imager_spacing_mm[1] * scale)


@dataclass(frozen=True, slots=True)
class PerFrame:
    """What a run states frame by frame; each (frames,) float64, NaN where a frame is silent, or None.

    Attributes
    ----------
    primary_deg, secondary_deg
        Positioner angles of each frame, as in `CArm`.
    table_mm
        (frames, 3): table position, vertical, longitudinal, lateral, relative to frame 0.
    kvp, tube_current_ma, exposure_ms
        Technique of each frame.
    """

    primary_deg: NDArray[np.float64] | None = None
    secondary_deg: NDArray[np.float64] | None = None
    table_mm: NDArray[np.float64] | None = None
    kvp: NDArray[np.float64] | None = None
    tube_current_ma: NDArray[np.float64] | None = None
    exposure_ms: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One multi-frame recording from one plane.

    Attributes
    ----------
    paths
        The file(s) that hold it, in frame order.
    medium
        What those files are.
    frame_numbers
        Which frames of its one file are the run's, 0-based; None for all of them in order.
    rows, columns
        Stored pixel matrix. Pixel convention: x = column, y = row, 0-based, centres at integers.
    times_s
        (frames,) float64, strictly increasing seconds since the run's first frame, from DICOM time.
    start
        When frame 0 was taken, as the file states it (no zone), or None.
    shutter
        (rows, columns) bool, True where the file says the picture is covered, or None.
    partners
        SOP Instance UIDs of the other plane (purpose of reference 121314).
    warnings
        One sentence for everything this run cannot support or that had to be decided by rule.
    per_frame
        What the file states for each frame, or None.
    tags
        What was read, keyword to text, without patient data; for `run.json`.
    """

    paths: tuple[Path, ...]
    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    modality: str
    plane: Plane
    rows: int
    columns: int
    times_s: NDArray[np.float64]
    intensity: IntensityChain
    geometry: CArm
    start: datetime | None = None
    shutter: NDArray[np.bool_] | None = None
    partners: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    medium: Medium = Medium.DICOM
    frame_numbers: tuple[int, ...] | None = None
    per_frame: PerFrame | None = None

    def __post_init__(self) -> None:
        if self.rows < 1 or self.columns < 1:
            msg = f"a run needs a positive matrix, not {self.rows} x {self.columns}"
            raise ValueError(msg)
        if len(self.times_s) < 1 or self.times_s[0] != 0.0 or np.any(np.diff(self.times_s) <= 0):
            msg = "frame times must start at 0 and increase"
            raise ValueError(msg)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.times_s)

    @property
    def interval_s(self) -> float:
        """Seconds from a frame to the next, in the mean; 0 of a single frame."""
        return float(self.times_s[-1]) / (self.frames - 1) if self.frames > 1 else 0.0
