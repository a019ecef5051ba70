"""Settings from a file, with what the command line says of videos laid over them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakwatch.config import Config

_OPTIONS = {"pixel_mm": "--pixel-mm", "frames_per_s": "--frame-rate"}


def load_settings(
    path: Path | None,
    pixel_mm: float | None,
    frame_rate: float | None,
    resets: Sequence[Path] = (),
    points: Sequence[str] = (),
) -> Config:
    """Read the settings that a command is given.

    Parameters
    ----------
    pixel_mm, frame_rate
        ``video.pixel_mm`` and ``video.frames_per_s``; None leaves the file's value.
    resets
        Lists of resets, added to ``imaging.alarm.resets``.
    points
        Clicks as they are typed, added to ``imaging.bone.points``.

    Raises
    ------
    ConfigError
        A file is refused.
    UsageError
        An option's value is out of range, or not a point.
    """
    from pydantic import ValidationError

    from leakwatch.cli.points import read_points
    from leakwatch.config import load_config
    from leakwatch.config.resets import load_resets
    from leakwatch.config.video import VideoConfig
    from leakwatch.errors import UsageError

    settings = load_config(path)
    given = {"pixel_mm": pixel_mm, "frames_per_s": frame_rate}
    laid_over = {key: value for key, value in given.items() if value is not None}
    try:
        video = VideoConfig.model_validate({**settings.video.model_dump(), **laid_over})
    except ValidationError as error:
        first = error.errors()[0]
        msg = f"{_OPTIONS[str(first['loc'][0])]}: {first['msg']} (got {first['input']!r})"
        raise UsageError(msg) from error
    added = tuple(one for file in resets for one in load_resets(file))
    alarm = settings.imaging.alarm
    alarm = alarm.model_copy(update={"resets": (*alarm.resets, *added)})
    bone = settings.imaging.bone
    bone = bone.model_copy(update={"points": (*bone.points, *read_points(points))})
    imaging = settings.imaging.model_copy(update={"alarm": alarm, "bone": bone})
    return settings.model_copy(update={"video": video, "imaging": imaging})


def video_words(pixel_mm: float | None, frame_rate: float | None) -> list[str]:
    """Give the options as they are typed."""
    values = zip(_OPTIONS.values(), (pixel_mm, frame_rate), strict=True)
    return [word for name, value in values if value is not None for word in (name, f"{value:g}")]
