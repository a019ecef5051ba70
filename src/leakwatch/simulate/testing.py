"""Small cases, quick to make, for tests of other parts."""

from __future__ import annotations

from pathlib import Path

from leakwatch.simulate.case import WrittenCase, write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.run import SimulatedRun, prepare_runs
from leakwatch.simulate.scene import build_scene

_FIELD_MM = 92.0


def tiny_config(
    leak: LeakKind | str | None = "lateral", *, planes: int = 1, size_px: int = 96, frames: int = 32
) -> CaseSection:
    """Describe a small case: cement from frame 8, a leak from about frame 14, at 7.5 frames/s.

    The patient has the usual build whatever the seed, and no bowel gas.

    Parameters
    ----------
    planes
        1 for an AP run alone, 2 for a biplane pair of AP and lateral.
    size_px
        Rows and columns; the field stays 92 mm wide at the isocentre.
    """
    views = [{"primary_deg": 0.0}, {"primary_deg": 90.0}][:planes]
    # A vein holds little.
    rate = 1.0 if leak == LeakKind.VEIN else 6.0
    spacing_mm = _FIELD_MM / size_px * 1100.0 / 720.0
    return CaseSection.model_validate(
        {
            "name": "tiny",
            "machine": {
                "rows": size_px,
                "columns": size_px,
                "frames": frames,
                "imager_spacing_mm": spacing_mm,
                "views": views,
            },
            "detector": {"photons_per_pixel": 2000.0},
            "anatomy": {"voxel_mm": 1.0, "gas_pockets": 0, "vary": 0.0},
            "cement": {"start_s": 8 / 7.5, "rate_ml_per_min": 16.0},
            "leak": None if leak is None else {"kind": leak, "start_s": 14 / 7.5, "rate_ml_per_min": rate},
        }
    )


def tiny_case(
    folder: Path,
    leak: LeakKind | str | None = "lateral",
    *,
    planes: int = 1,
    size_px: int = 96,
    frames: int = 32,
    seed: int = 1,
) -> WrittenCase:
    """Write a `tiny_config` case, DICOM, outline and truth, into `folder`."""
    return write_case(tiny_config(leak, planes=planes, size_px=size_px, frames=frames), seed, folder)


def tiny_runs(
    leak: LeakKind | str | None = "lateral",
    *,
    planes: int = 1,
    size_px: int = 96,
    frames: int = 32,
    seed: int = 1,
) -> tuple[SimulatedRun, ...]:
    """Give a `tiny_config` case as runs in memory: attenuation, stored values and truth per frame."""
    config = tiny_config(leak, planes=planes, size_px=size_px, frames=frames)
    return prepare_runs(build_scene(config, seed), seed)
