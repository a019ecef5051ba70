"""What of a run's pictures is picture, and what covers the rest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextBox:
    """A line of burned-in text, or a graphic, as a box of pixels; what it says is never read.

    x = column, y = row, 0-based; `x1`, `y1` are the first pixels beyond it. `first_frame` is the frame
    it was first found on.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    first_frame: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Share of the matrix that is covered on one frame: by the tags, by what was found, and by either.

    `picture` is what blades and painted shutters found in the picture cover; `text` what is left out for
    burned-in text; they may overlap.
    """

    tags: float
    picture: float
    text: float
    all: float


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """What covered a run: on its first and its last frame, burned-in text, and sentences for the user."""

    first: Cover | None = None
    last: Cover | None = None
    text_boxes: tuple[TextBox, ...] = ()
    warnings: tuple[str, ...] = ()
