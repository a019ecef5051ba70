"""Take the views of drawn patients, and keep each with the silhouette of the treated bone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.bone.draw import DrawnView, draw_patient
from leakwatch.imaging.filters import Image, Mask
from leakwatch.outline.raster import mask_from_polygon
from leakwatch.simulate.anatomy.build import build_patient
from leakwatch.simulate.injection.plan import Injection
from leakwatch.simulate.injection.spread import nothing
from leakwatch.simulate.machine.collimator import aperture
from leakwatch.simulate.motion.movement import draw_movement
from leakwatch.simulate.run import SimulatedRun, prepare_runs
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.truth.frame import silhouette_polygon

VIEWS = 8
"""Of each patient."""
_HALF_MM = 140.0
_LEAST_IN_PICTURE = 0.6
"""Of the bone; less of it, and nobody would inject under this view."""


@dataclass(frozen=True, slots=True)
class BoneView:
    """One view before the cement.

    Attributes
    ----------
    attenuation
        (rows, columns) float32: mean of the first frames.
    valid
        Where there is a picture, (rows, columns).
    bone
        Silhouette of the treated bone, (rows, columns).
    pixel_mm
        At the isocentre plane.
    angles_deg
        Positioner primary and secondary angle.
    site, direction
        Kind of bone, and from where it is looked at.
    """

    attenuation: Image
    valid: Mask
    bone: Mask
    pixel_mm: float
    angles_deg: tuple[float, float]
    site: str
    direction: str


def gather(index: int, seed: int, views: int) -> tuple[BoneView, ...]:
    """Take the views of patient `index`; those that cannot be, or hardly show the bone, are left out."""
    cv2.setNumThreads(1)
    try:
        drawn = draw_patient(index, seed, views)
        patient_seeds, movement_seeds = np.random.SeedSequence([drawn.simulation_seed, 1]).spawn(2)
        patient = build_patient(drawn.case.anatomy, _HALF_MM, patient_seeds)
    except ValueError:
        return ()
    movement = draw_movement(drawn.case.movement, np.random.default_rng(movement_seeds))
    none = nothing(drawn.case.anatomy.voxel_mm)
    taken = []
    for at, view in enumerate(drawn.views):
        scene = Scene(view.case, patient, Injection(none, none, None), movement)
        try:
            (run,) = prepare_runs(scene, drawn.simulation_seed + at)
            taken.append(_take(run, view))
        except ValueError:
            continue
    return tuple(one for one in taken if one is not None)


def gather_to(index: int, seed: int, path: Path) -> None:
    """Take `VIEWS` views of patient `index` and write them."""
    save(gather(index, seed, VIEWS), path)


def save(views: tuple[BoneView, ...], path: Path) -> None:
    """Write the views of a patient as one compressed file."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for at, view in enumerate(views):
        arrays |= {
            f"attenuation{at}": view.attenuation.astype(np.float16),
            f"valid{at}": np.packbits(view.valid, axis=1),
            f"bone{at}": np.packbits(view.bone, axis=1),
            f"numbers{at}": np.array([view.pixel_mm, *view.angles_deg]),
            f"words{at}": np.array([view.site, view.direction]),
        }
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, allow_pickle=False, **arrays)
    part.replace(path)


def load(path: Path) -> tuple[BoneView, ...]:
    """Read what `save` wrote."""
    with np.load(path) as content:
        return tuple(_loaded(content, at) for at in range(len(content.files) // 5))


def _loaded(content: np.lib.npyio.NpzFile, at: int) -> BoneView:
    attenuation = content[f"attenuation{at}"].astype(np.float32)
    columns = attenuation.shape[1]
    valid, bone = (
        np.unpackbits(content[f"{name}{at}"], axis=1, count=columns).astype(np.bool_)
        for name in ("valid", "bone")
    )
    pixel_mm, primary, secondary = (float(n) for n in content[f"numbers{at}"])
    site, direction = (str(word) for word in content[f"words{at}"])
    return BoneView(attenuation, valid, bone, pixel_mm, (primary, secondary), site, direction)


def _take(run: SimulatedRun, view: DrawnView) -> BoneView | None:
    config = view.case
    chord_mm = run.treated_mm()
    bone = mask_from_polygon(silhouette_polygon(chord_mm), chord_mm.shape)
    through = aperture(config.collimator, config.machine)
    valid = np.ones(bone.shape, np.bool_) if through is None else through > 0.5
    if (bone & valid).sum() < _LEAST_IN_PICTURE * _whole_px(run):
        return None
    stored = np.mean([frame.stored for frame in run.frames()], axis=0, dtype=np.float32)
    chain, machine = config.chain, config.machine
    attenuation = -chain.sign * stored / np.float32(chain.lsb_per_neper)
    (one,) = machine.views
    return BoneView(
        np.asarray(attenuation, np.float32),
        valid,
        bone,
        machine.pixel_mm,
        (one.primary_deg, one.secondary_deg),
        run.scene.patient.site,
        view.direction.value,
    )


def _whole_px(run: SimulatedRun) -> float:
    """Area of the silhouette in stored pixels, by the margin round the picture that is simulated too."""
    layers = run.layers
    return float(np.count_nonzero(layers.treated_mm > 0.5)) / layers.fine.oversampling**2
