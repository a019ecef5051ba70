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
from leakwatch.bench.renderer.scene import Materials, Solids
from leakwatch.geometry import axes_from_angles, source_lps
from leakwatch.nouns import CArm

_TRUNK = "trunk"
_TRUNK_HALF_HEIGHT_MM = 400.0


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


def solid_meshes(solids: Solids, materials: Materials) -> dict[str, tuple[Mesh, float]]:
    """Give surface and attenuation, mm⁻¹, of each solid; the trunk encloses all others."""
    outer, core = surface(solids.outer), surface(solids.core)
    cement = cubes(solids.cement.points_mm, solids.cement.edge_mm)
    return {
        "cortex": (without(outer, core), materials.cortical),
        "spongy": (without(core, cement), materials.spongy),
        "cement": (cement, materials.cement),
        "needle": (rod(*solids.needle_mm, solids.needle_radius_mm), materials.steel),
        _TRUNK: (upright(solids.trunk.cylinders, _TRUNK_HALF_HEIGHT_MM), materials.water),
    }


@contextmanager
def renderer_with(meshes: dict[str, tuple[Mesh, float]], kev: float) -> Iterator[Any]:
    """Open a renderer without a display and lay the meshes in, trunk left out."""
    gvxr = load_renderer()
    gvxr.createWindow(-1, 0, "EGL")
    # It repairs rays that graze an edge by the mean of their neighbours, and so would blur what is compared.
    gvxr.disableArtefactFiltering()
    gvxr.usePointSource()
    gvxr.setMonoChromatic(kev, "keV", 1)
    with TemporaryDirectory() as folder:
        for label, (mesh, per_mm) in meshes.items():
            path = Path(folder) / f"{label}.stl"
            write_stl(mesh, path)
            gvxr.loadMeshFile(label, str(path), "mm", False)
            gvxr.setLinearAttenuationCoefficient(label, 10 * per_mm, "cm-1")
            if label != _TRUNK:
                gvxr.addPolygonMeshAsInnerSurface(label)
    try:
        yield gvxr
    finally:
        gvxr.destroyAllWindows()


def fill_trunk(gvxr: Any) -> None:
    """From here on the scene lies in water, displaced by the solids."""
    gvxr.addPolygonMeshAsOuterSurface(_TRUNK)


def reference_integrals(
    gvxr: Any, carm: CArm, rows: int, columns: int, oversampling: int
) -> NDArray[np.float64]:
    """Line integrals, (rows, columns): mean of `oversampling` squared rays a pixel, ``-ln(I / I0)`` of each.

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
        or carm.sod_mm is None
        or carm.imager_spacing_mm is None
    ):
        msg = "the geometry is incomplete"
        raise ValueError(msg)
    right, down, beam = axes_from_angles(carm.primary_deg, carm.secondary_deg)
    row_mm, column_mm = carm.imager_spacing_mm
    gvxr.setSourcePosition(*source.tolist(), "mm")
    gvxr.setDetectorPosition(*(source + carm.sid_mm * beam).tolist(), "mm")
    gvxr.setDetectorRightVector(*right.tolist())
    gvxr.setDetectorUpVector(*(-down).tolist())
    gvxr.setDetectorNumberOfPixels(columns * oversampling, rows * oversampling)
    gvxr.setDetectorPixelSize(column_mm / oversampling, row_mm / oversampling, "mm")
    energy = np.array(gvxr.computeXRayImage(True), np.float64)
    # Its rows run along the up vector, from the bottom.
    fine = -np.log(energy[::-1] / gvxr.getTotalEnergyWithDetectorResponse())
    return block_means(fine, oversampling)
