"""The scene by gVirtualXray (Vidal et al.): attenuation of triangle meshes, rasterised by OpenGL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.renderer.meshes import Mesh, cubes, rod, surface, upright, without, write_stl
from leakwatch.bench.renderer.ours import block_means
from leakwatch.bench.renderer.scene import TRUNK, Solids
from leakwatch.geometry import axes_from_angles, source_lps
from leakwatch.nouns import CArm

_TRUNK_HALF_HEIGHT_MM = 400.0
# It interpolates lengths within a triangle, which bends them: uncut, a trunk from aslant is 2 % too thin.
_TRUNK_STOREYS = 200
_NEEDLE_STOREYS = 40


def load_renderer() -> Any:
    """Import gVirtualXray.

    Raises
    ------
    RuntimeError
        It, or a graphics library that it needs, is missing.
    """
    try:
        return import_module("gvxrPython3").gvxr
    except ImportError as error:
        msg = (
            "gVirtualXray cannot be loaded: install it with `uv pip install --group renderer` and its system "
            f"libraries, which docs/simulator-check.md lists ({error})"
        )
        raise RuntimeError(msg) from error


def solid_meshes(solids: Solids) -> dict[str, Mesh]:
    """Give the surface of each solid; the trunk encloses all others."""
    outer, core = surface(solids.outer), surface(solids.core)
    cement = cubes(solids.cement.points_mm, solids.cement.edge_mm)
    start, end = solids.needle_mm
    return {
        "cortex": without(outer, core),
        "spongy": without(core, cement),
        "cement": cement,
        "needle": rod(start, end, solids.needle_radius_mm, _NEEDLE_STOREYS),
        TRUNK: upright(solids.trunk.cylinders, _TRUNK_HALF_HEIGHT_MM, _TRUNK_STOREYS),
    }


@contextmanager
def renderer_with(meshes: dict[str, Mesh], per_mm: dict[str, float], kev: float) -> Iterator[Any]:
    """Open a renderer without a display and lay the meshes in, trunk left out; once in a process.

    Raises
    ------
    RuntimeError
        It cannot be loaded.
    """
    gvxr = load_renderer()
    gvxr.createWindow(-1, 0, "EGL")
    # It repairs rays that graze an edge by the mean of their neighbours, and so would blur what is compared.
    gvxr.disableArtefactFiltering()
    gvxr.usePointSource()
    gvxr.setMonoChromatic(kev, "keV", 1)
    with TemporaryDirectory() as folder:
        for label, mesh in meshes.items():
            path = Path(folder) / f"{label}.stl"
            write_stl(mesh, path)
            gvxr.loadMeshFile(label, str(path), "mm", False)
            gvxr.setLinearAttenuationCoefficient(label, 10 * per_mm[label], "cm-1")
            if label != TRUNK:
                gvxr.addPolygonMeshAsInnerSurface(label)
    try:
        yield gvxr
    finally:
        gvxr.destroyAllWindows()


def fill_trunk(gvxr: Any) -> None:
    """From here on the scene lies in water, displaced by the solids."""
    gvxr.addPolygonMeshAsOuterSurface(TRUNK)


def aim(gvxr: Any, carm: CArm, rows: int, columns: int, oversampling: int) -> None:
    """Set source and detector as the tags say, `oversampling` squared rays a pixel.

    Raises
    ------
    ValueError
        The geometry is incomplete.
    """
    source = source_lps(carm)
    if (
        carm.primary_deg is None
        or carm.secondary_deg is None
        or carm.sid_mm is None
        or carm.imager_spacing_mm is None
    ):
        msg = "the geometry is incomplete"
        raise ValueError(msg)
    right, down, beam = axes_from_angles(carm.primary_deg, carm.secondary_deg)
    row_mm, column_mm = carm.imager_spacing_mm
    gvxr.setSourcePosition(*source.tolist(), "mm")
    gvxr.setDetectorPosition(*(source + carm.sid_mm * beam).tolist(), "mm")
    gvxr.setDetectorRightVector(*right.tolist())
    # It takes a detector as seen from the source, and its rows run from the foot upwards: down is its up.
    gvxr.setDetectorUpVector(*down.tolist())
    gvxr.setDetectorNumberOfPixels(columns * oversampling, rows * oversampling)
    gvxr.setDetectorPixelSize(column_mm / oversampling, row_mm / oversampling, "mm")


def reference_integrals(gvxr: Any, oversampling: int) -> NDArray[np.float64]:
    """Line integrals, (rows, columns): ``-ln(I / I0)`` of each ray, the mean over each pixel."""
    energy = np.array(gvxr.computeXRayImage(True), np.float64)
    return block_means(-np.log(energy / gvxr.getTotalEnergyWithDetectorResponse()), oversampling)


def reference_path(
    gvxr: Any, solid: str, like: NDArray[np.float64], oversampling: int
) -> NDArray[np.float64]:
    """Length of the rays within one solid, mm, on pixels as those of `like`."""
    rows, columns = (oversampling * size for size in like.shape)
    cm = np.array(gvxr.computeLBuffer(solid), np.float64).reshape(rows, columns)
    return block_means(10 * cm, oversampling)
