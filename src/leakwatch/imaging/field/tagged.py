"""Whether the tags and the picture agree on what is covered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from leakwatch.config.imaging import FieldConfig
from leakwatch.imaging.filters import Image, Mask

_SURE_FRAMES = 3  # in a row
_DENSER = 0.5  # of the least step of a blade: what is less dense than that is open


@dataclass(frozen=True, slots=True)
class Disagreement:
    """For how many frames on end tags and picture have differed, and the share of the picture then.

    `unstated` is covered in the picture and not by the tags, `stale` the reverse; `unstated_share` and
    `stale_share` are None until it was so for some frames. `tagged` says whether tags cover anything.
    """

    unstated: int = 0
    stale: int = 0
    unstated_share: float | None = None
    stale_share: float | None = None
    tagged: bool = False


def compare_with_tags(
    before: Disagreement,
    tags: Mask | None,
    picture: Mask | None,
    attenuation: Image,
    factor: int,
    config: FieldConfig,
) -> Disagreement:
    """Hold one frame's tags against what was found in it; every `factor`-th pixel is looked at."""
    if tags is None and picture is None:
        return before
    nothing = np.zeros(attenuation[::factor, ::factor].shape, np.bool_)
    stated = nothing if tags is None else tags[::factor, ::factor]
    found = nothing if picture is None else picture[::factor, ::factor]
    unstated = float((found & ~stated).mean())
    only_stated = stated & ~found
    stale = 0.0
    if only_stated.any() and not stated.all():
        small = attenuation[::factor, ::factor]
        open_ = ~stated & ~found
        # a blade that was not found is still dense; a picture that goes on beneath the tags is not
        usual = float(np.median(small[open_])) if open_.any() else np.inf
        if open_.any() and float(np.median(small[only_stated])) < usual + _DENSER * config.least_step:
            stale = float(only_stated.mean())
    unstated_frames = before.unstated + 1 if unstated > config.tags_differ_share else 0
    stale_frames = before.stale + 1 if stale > config.tags_differ_share else 0
    return Disagreement(
        unstated_frames,
        stale_frames,
        unstated if unstated_frames >= _SURE_FRAMES else before.unstated_share,
        stale if stale_frames >= _SURE_FRAMES else before.stale_share,
        tags is not None,
    )


def sentence(differ: Disagreement) -> Iterator[str]:
    """Say what was different, one sentence each."""
    if differ.unstated_share is not None:
        stated = "more than the tags state" if differ.tagged else "of which the tags say nothing"
        share = f"{differ.unstated_share:.0%}"
        yield f"the picture shows blades {stated} ({share} of it); what they cover is left out"
    if differ.stale_share is not None:
        yield (
            f"Shutter or Collimator tags cover {differ.stale_share:.0%} of the picture where it plainly goes "
            "on; they may be stale, and are followed all the same"
        )
