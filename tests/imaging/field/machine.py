"""Small runs with lead of any shape in the beam and paint on the stored values, and what is true of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import FieldConfig
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.imaging.field import state as field
from leakwatch.nouns import Calibration, Frame, IntensityChain, Plane, Relationship, Run, StoredFrame
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.machine.camera import CameraState, take
from leakwatch.simulate.machine.chain import modality_lut
from leakwatch.simulate.machine.exposure import Control

FRAME_S = 1 / 7.5


@dataclass(frozen=True, slots=True)
class Scene:
    """A patient without lead: `primaries` (frames, rows, columns) shares of the beam, and the machine."""

    primaries: tuple[NDArray[np.float32], ...]
    config: CaseSection

    @property
    def shape(self) -> tuple[int, int]:
        return self.primaries[0].shape[0], self.primaries[0].shape[1]

    @property
    def pixel_mm(self) -> float:
        return self.config.machine.pixel_mm


@dataclass(frozen=True, slots=True)
class Lead:
    """`through`: share of the beam let through; `beyond_px`: distance beyond its edge, negative inside."""

    through: NDArray[np.float32]
    beyond_px: NDArray[np.float64]


def rectangle(
    shape: tuple[int, int],
    left: float = -99,
    right: float = 999,
    top: float = -99,
    bottom: float = 999,
    penumbra_px: float = 2.0,
    turned_deg: float = 0.0,
    leakage: float = 0.002,
) -> Lead:
    y, x = np.indices(shape).astype(float)
    cx, cy = (shape[1] - 1) / 2, (shape[0] - 1) / 2
    cosine, sine = np.cos(np.radians(turned_deg)), np.sin(np.radians(turned_deg))
    u = (x - cx) * cosine + (y - cy) * sine + cx
    v = -(x - cx) * sine + (y - cy) * cosine + cy
    beyond = np.maximum.reduce([left - u, u - right, top - v, v - bottom])
    return _lead(beyond, penumbra_px, leakage)


def circle(shape: tuple[int, int], x: float, y: float, radius: float, penumbra_px: float = 2.0) -> Lead:
    rows, columns = np.indices(shape).astype(float)
    return _lead(np.hypot(columns - x, rows - y) - radius, penumbra_px, 0.002)


def _lead(beyond: NDArray[np.float64], penumbra_px: float, leakage: float) -> Lead:
    open_share = np.clip(0.5 - beyond / penumbra_px, 0, 1)
    return Lead((leakage + (1 - leakage) * open_share).astype(np.float32), beyond)


def with_chain(scene: Scene, **chain: object) -> Scene:
    values = scene.config.chain.model_dump() | chain
    section = type(scene.config.chain).model_validate(values)
    return replace(scene, config=scene.config.model_copy(update={"chain": section}))


def shoot(scene: Scene, leads: Callable[[int], Lead | None], frames: int = 3) -> list[StoredFrame]:
    """Take so many frames, the scene's over and over, each with its own noise."""
    stored, state = [], None
    for index in range(frames):
        lead = leads(index)
        through = None if lead is None else lead.through
        before = CameraState(through, Control()) if state is None else replace(state, aperture=through)
        primary = scene.primaries[index % len(scene.primaries)]
        rng = np.random.default_rng([7, index])
        state, pixels = take(before, primary, index, index * FRAME_S, scene.config, rng)
        stored.append(StoredFrame(index, index * FRAME_S, pixels))
    return stored


def run_of(scene: Scene, frames: int, with_lut: bool = False, **changes: object) -> Run:
    chain, machine = scene.config.chain, scene.config.machine
    lut = modality_lut(chain) if with_lut else None
    intensity = IntensityChain(
        Relationship(chain.relationship),
        chain.sign,
        chain.photometric == "MONOCHROME1",
        chain.bits_stored,
        False,
        None if lut is None else (lut[0], lut[1].astype(np.float64)),
        Calibration.MONOTONE,
    )
    run = Run(
        (Path("run.dcm"),), "1.2.3", "1.2", "1.2.9", "XA", Plane.SINGLE, machine.rows, machine.columns,
        np.arange(frames) * FRAME_S, intensity, machine.carm(machine.views[0]),
    )  # fmt: skip
    return replace(run, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Played:
    """The last state, and every frame before and after `look`."""

    state: field.FieldState
    before: tuple[Frame, ...]
    after: tuple[Frame, ...]

    def lost(self, index: int) -> NDArray[np.bool_]:
        """What was taken out of `valid`."""
        return self.before[index].valid & ~self.after[index].valid


def play(run: Run, stored: Sequence[StoredFrame], config: FieldConfig | None = None) -> Played:
    table = attenuation_table(run.intensity)
    state = field.start(run, table, config or FieldConfig())
    before, after = [], []
    for frame in stored:
        before.append(to_frame(frame, run, table))
        state, seen = field.look(state, before[-1])
        after.append(seen)
    return Played(state, tuple(before), tuple(after))


@dataclass(frozen=True, slots=True)
class Print:
    """A piece of text: `%S` stands for the frame's number, as a clock ticks."""

    text: str
    x: int
    y: int
    light: bool


def stamp(
    frame: StoredFrame, run: Run, prints: Sequence[Print], scale: float = 0.5, antialiased: bool = True
) -> tuple[StoredFrame, NDArray[np.bool_]]:
    """Paint over the stored values, and give the pixels that are more than half ink."""
    top, inverted = 2**run.intensity.bits_stored - 1, run.intensity.sign < 0
    pixels, inked = frame.pixels.astype(np.float64), np.zeros(frame.pixels.shape, np.bool_)
    for item in prints:
        ink = np.zeros(frame.pixels.shape, np.uint8)
        text = item.text.replace("%S", f"{frame.index:02d}")
        how = cv2.LINE_AA if antialiased else cv2.LINE_8
        cv2.putText(ink, text, (item.x, item.y), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, how)
        share = ink / 255.0
        pixels = pixels * (1 - share) + (top if item.light != inverted else 0) * share
        inked |= ink > 127
    return replace(frame, pixels=np.rint(pixels).astype(frame.pixels.dtype)), inked
