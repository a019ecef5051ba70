"""All flavours of sound file, by name."""

from __future__ import annotations

from functools import cache

from leakwatch.bench.fuzz.seed import Seed
from leakwatch.bench.fuzz.seed_enhanced import enhanced
from leakwatch.bench.fuzz.seed_folder import dicomdir, series
from leakwatch.bench.fuzz.seed_outline import outline
from leakwatch.bench.fuzz.seed_single import (
    COMPRESSED,
    NATIVE,
    TABLES,
    VARIANTS,
    compressed,
    native,
    offset_tables,
    variant,
)
from leakwatch.bench.fuzz.seed_video import CONTAINERS, container, encapsulated

_MAKERS = {
    **dict.fromkeys(NATIVE, native),
    **dict.fromkeys(COMPRESSED, compressed),
    **dict.fromkeys(TABLES, offset_tables),
    **dict.fromkeys(VARIANTS, variant),
    "enhanced": enhanced,
    "series": series,
    "dicomdir": dicomdir,
    **dict.fromkeys(CONTAINERS, container),
    "h264": encapsulated,
    "outline": outline,
}
FLAVOURS = tuple(_MAKERS)
"""Every flavour that a recipe may begin with."""


@cache
def make_seed(flavour: str) -> Seed:
    """Write a flavour's files, the same bytes every time; ``deflated`` is plain until it is deflated."""
    return _MAKERS[flavour](flavour)
