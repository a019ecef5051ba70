"""What is known of the reference files: read, with what result, or refused, with which words."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.nouns import Calibration, Relationship


@dataclass(frozen=True, slots=True)
class Readable:
    """A run that is read; `pixels` are stored values at frame 0, row 100, columns 100 to 102."""

    path: str
    frames: int
    size: tuple[int, int]
    second_time_s: float
    pixel_mm: tuple[float, float] | None
    relationship: Relationship
    calibration: Calibration
    pixels: tuple[int, int, int]
    said: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is refused; `single` where it is so only for being one picture."""

    path: str
    phrase: str
    single: bool = False


OTHER, DISP, LIN = Relationship.OTHER, Relationship.DISP, Relationship.LIN
DISPLAY, MONOTONE = Calibration.DISPLAY, Calibration.MONOTONE
PHANTOM = (0.390625 * 720 / 931,) * 2
NO_SPACING = "Imager Pixel Spacing (0018,1164) is missing"

RUBO, VUKICEVIC = "Rubo_XA/jpeg_baseline_8bit", "Vukicevic_XA_phantom"
SIZE = (512, 512)
NOT_ORIGINAL = "Image Type (0008,0008) is not ORIGINAL"

READABLE = (
    Readable("AngioData_dcm/P1_C1.dcm", 20, SIZE, 0.066667, None, DISP, DISPLAY, (145, 145, 145), NO_SPACING),
    Readable("AngioData_dcm/P4_C5.dcm", 36, SIZE, 0.066667, None, DISP, DISPLAY, (145, 143, 143), NO_SPACING),
    Readable("AngioData_dcm/P6_C1.dcm", 30, SIZE, 0.066667, None, DISP, DISPLAY, (119, 121, 120), NO_SPACING),
    Readable(f"{RUBO}_96f.dcm", 96, SIZE, 0.033, None, LIN, MONOTONE, (197, 193, 195), NOT_ORIGINAL),
    Readable(f"{VUKICEVIC}/IM1.dcm", 14, SIZE, 0.0666667, None, DISP, DISPLAY, (96, 143, 145), NO_SPACING),
    Readable(
        f"{VUKICEVIC}/IM5.dcm", 16, SIZE, 0.0666667, PHANTOM, OTHER, DISPLAY, (117, 121, 100), "is 'DRM'"
    ),
)

ONE = "Number of Frames (0028,0008) is 1, too few for a fluoroscopy run"
CR = "SOP Class UID (0008,0016) is 'Computed Radiography Image Storage'"
REFUSED = (
    *(Refused(f"WG04_XA1/XA1_{name}.dcm", ONE, single=True) for name in ("J2KI", "J2KR", "JLSL", "JLSN")),
    *(Refused(f"WG04_XA1/XA1_{name}.dcm", ONE, single=True) for name in ("JPLL", "JPLY", "RLE", "UNC")),
    Refused("misc/KarstenHilbertRF.dcm", ONE, single=True),
    Refused(
        "parse_corpus/2026-05-26-oob-monochrome-46341.dcm", "Modality (0008,0060) 'OT', not a fluoroscopy run"
    ),
    Refused("parse_corpus/54-implicit-file-meta-info.dcm", "is 'CT Image Storage'"),
    Refused("parse_corpus/CR-MONO1-10-chest", CR),
    Refused("parse_corpus/CR-ModalitySequenceLUT.dcm", CR),
    Refused("parse_corpus/CR000000.dcm", CR),
    Refused(
        "parse_corpus/LenaTwiceWithFragments.dcm", "'Multi-frame True Color Secondary Capture Image Storage'"
    ),
    Refused("parse_corpus/Monochrome1-Jpeg.dcm", CR),
    Refused("parse_corpus/highdicom_dx.dcm", "'Digital X-Ray Image Storage - For Presentation'"),
    Refused("parse_corpus/overlay.dcm", "Modality (0008,0060) 'OT', not a fluoroscopy run"),
    Refused("parse_corpus/signed-raw-9bit.dcm", "Modality (0008,0060) 'OT', not a fluoroscopy run"),
)

RELABELLED = {
    "parse_corpus/2026-05-26-oob-monochrome-46341.dcm": "Rows (0028,0010) is 46341, over the limit of 4096",
    "parse_corpus/CR000000.dcm": "Pixel Data (7FE0,0010) is missing",
    "parse_corpus/LenaTwiceWithFragments.dcm": "",
    "parse_corpus/overlay.dcm": "",
    "parse_corpus/signed-raw-9bit.dcm": "",
    "parse_corpus/CR-ModalitySequenceLUT.dcm": "",
    "parse_corpus/Monochrome1-Jpeg.dcm": "",
}
"""Files of other kinds that are given the SOP Class of XA, to see what the checks after it say; "" reads."""
