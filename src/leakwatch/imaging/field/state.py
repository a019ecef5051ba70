"""What of each frame is picture: one step per frame, from this frame and earlier ones only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from leakwatch.config.imaging import FieldConfig
from leakwatch.imaging.attenuation import AttenuationTable
from leakwatch.imaging.field.blades import covered_by
from leakwatch.imaging.field.boxes import covered_by_text, gather, grown
from leakwatch.imaging.field.follow import Followed, follow_blades
from leakwatch.imaging.field.paint import Painted, find_painted
from leakwatch.imaging.field.scan import Grid, lay_grid
from leakwatch.imaging.field.still import Still, find_graphics, watch_still
from leakwatch.imaging.field.strokes import Ends, ends_of, find_glyphs
from leakwatch.imaging.field.tagged import Disagreement, compare_with_tags, sentence
from leakwatch.imaging.field.textlines import find_lines
from leakwatch.imaging.filters import Image, Mask, pixel_noise
from leakwatch.nouns import Cover, FieldSummary, Frame, Run, TextBox

_TEXT_FIRST, _TEXT_EVERY = 3, 16  # text is looked for on the first frames, then now and then
_ASSUMED_WIDTH_MM = 150.0


@dataclass(frozen=True, slots=True)
class Masks:
    """What covers a frame, (rows, columns) bool each, None where nothing does.

    `blades` with their blur and margin, `bare` without, `painted` with one value, `text` as boxes.
    """

    blades: Mask | None = None
    bare: Mask | None = None
    painted: Mask | None = None
    text: Mask | None = None

    @property
    def picture(self) -> Mask | None:
        """Blades and paint."""
        return _either(self.blades, self.painted)


@dataclass(frozen=True, slots=True)
class FieldState:
    """Everything that is carried from frame to frame.

    Attributes
    ----------
    margin_px
        Left out inside a blade's edge.
    followed, painted, still, boxes, masks
        Blades, paint, pixels without change, text and what they cover, after the last frame.
    first
        What covered the first frame.
    differ
        How tags and picture have disagreed.
    """

    run: Run
    config: FieldConfig
    grid: Grid
    ends: Ends
    margin_px: float
    followed: Followed = field(default_factory=Followed)
    painted: Painted | None = None
    still: Still = field(default_factory=Still)
    boxes: tuple[TextBox, ...] = ()
    masks: Masks = field(default_factory=Masks)
    first: Masks | None = None
    differ: Disagreement = field(default_factory=Disagreement)
    frames: int = 0


def start(
    run: Run, table: AttenuationTable, config: FieldConfig, blades: Followed | None = None
) -> FieldState:
    """Prepare for a run's first frame.

    Parameters
    ----------
    table
        That of the run's intensity chain.
    blades
        As an earlier run of the same view left them; None where nothing is known of them.
    """
    pixel = run.geometry.pixel_mm
    pixel_mm = float(np.mean(pixel)) if pixel else _ASSUMED_WIDTH_MM / run.columns
    margin_px = max(1.0, config.margin_mm / pixel_mm)
    grid = lay_grid(run.rows, run.columns)
    return FieldState(run, config, grid, ends_of(table), margin_px, blades or Followed())


def look(state: FieldState, frame: Frame) -> tuple[FieldState, Frame]:
    """Take out of a frame's `valid` what is no picture.

    Returns
    -------
    state
        To be given with the frame after this one.
    frame
        The same attenuation; `valid` is False, too, under blades and paint found in the picture and in the
        boxes of burned-in text known by now.
    """
    masks = state.masks
    if state.config.find_blades:
        state, masks = _with_blades(state, masks, frame.attenuation)
    if state.config.find_text:
        state, masks = _with_text(state, masks, frame)
    state = replace(state, masks=masks, first=state.first or masks, frames=state.frames + 1)
    covered = _either(masks.picture, masks.text)
    return state, frame if covered is None else replace(frame, valid=frame.valid & ~covered)


def finish(state: FieldState) -> FieldSummary:
    """Say what covered the run."""
    if state.first is None:
        return FieldSummary()
    return FieldSummary(
        _cover(state, state.first), _cover(state, state.masks), state.boxes, tuple(_sentences(state))
    )


def _with_blades(state: FieldState, masks: Masks, attenuation: Image) -> tuple[FieldState, Masks]:
    followed = follow_blades(state.followed, attenuation, state.grid, state.config)
    if followed.blades != state.followed.blades or state.frames == 0:
        shape = attenuation.shape[0], attenuation.shape[1]
        known = followed.blades.any
        masks = replace(
            masks,
            blades=covered_by(followed.blades, state.grid, shape, state.margin_px) if known else None,
            bare=covered_by(followed.blades, state.grid, shape, None) if known else None,
        )
    painted = find_painted(attenuation, state.painted)
    masks = replace(masks, painted=None if painted is None else painted.mask)
    differ = compare_with_tags(
        state.differ,
        state.run.shutter,
        _either(masks.bare, masks.painted),
        attenuation,
        state.grid.factor,
        state.config,
    )
    return replace(state, followed=followed, painted=painted, differ=differ), masks


def _with_text(state: FieldState, masks: Masks, frame: Frame) -> tuple[FieldState, Masks]:
    attenuation = frame.attenuation
    still = watch_still(state.still, attenuation)
    found: list[TextBox] = []
    covered = _either(masks.picture, state.run.shutter)
    none = np.zeros(attenuation.shape, np.bool_) if covered is None else covered
    if state.frames < _TEXT_FIRST or state.frames % _TEXT_EVERY == 0:
        glyphs = find_glyphs(attenuation, none, pixel_noise(attenuation, ~none), state.ends)
        found += find_lines(glyphs, frame.index)
    found += find_graphics(still, frame.valid & ~none, frame.index)
    shape = attenuation.shape[0], attenuation.shape[1]
    boxes = gather(state.boxes, [grown(box, state.config.text_margin_px, shape) for box in found])
    if boxes != state.boxes:
        masks = replace(masks, text=covered_by_text(boxes, shape))
    return replace(state, still=still, boxes=boxes), masks


def _either(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other


def _cover(state: FieldState, masks: Masks) -> Cover:
    tags, picture = state.run.shutter, masks.picture
    return Cover(
        _share(tags), _share(picture), _share(masks.text), _share(_either(_either(tags, picture), masks.text))
    )


def _share(mask: Mask | None) -> float:
    return 0.0 if mask is None else float(mask.mean())


def _sentences(state: FieldState) -> Iterator[str]:
    yield from sentence(state.differ)
    if state.boxes:
        count = len(state.boxes)
        places = "1 place" if count == 1 else f"{count} places"
        yield f"burned-in text or graphics were found in {places} and left out; they may name the patient"
    elif state.config.find_text and state.run.tags.get("BurnedInAnnotation") == "YES":
        yield (
            "Burned In Annotation (0028,0301) is YES, but no burned-in text was found: it may be taken for "
            "picture, and may name the patient"
        )
