"""From signal to stored values, and how those are written."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from leakwatch.config.section import Section
from leakwatch.nouns import Relationship


class StorageClass(StrEnum):
    """Which classic multi-frame object is written."""

    XA = "xa"
    RF = "rf"


class TransferSyntax(StrEnum):
    """How pixel data is stored."""

    EXPLICIT_LE = "explicit_le"
    JPEG_LS = "jpeg_ls"


class ChainSection(Section):
    """From signal to stored values (PS3.3 C.8.7.1.1.2)."""

    relationship: Relationship = Relationship.LOG
    sign: Literal[-1, 1] = 1
    """+1: less intensity is a lower stored value."""
    bits_stored: int = Field(default=10, ge=8, le=16)
    """The standard knows 8, 10, 12 and 16 for X-ray pictures (PS3.3 C.8.7.1); others are met."""
    photometric: Literal["MONOCHROME1", "MONOCHROME2"] = "MONOCHROME2"
    """MONOCHROME1 is not allowed of XA or RF, and met all the same."""
    lsb_per_neper: float = Field(default=46.0, gt=0)
    """LOG only: stored steps per unit of attenuation."""
    display_gamma: float = Field(default=0.5, gt=0.2, le=2)
    """DISP only: power of the intensity's share."""
    white_level: float = Field(default=8.0, gt=1)
    """Intensity, relative to the median, at which the stored value saturates."""
