"""Which pictures a stream holds and where decoding can begin, from its packets alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_OTHERS = 50
"""Packets of sound and the like for each picture at most."""
_SHOWN_IN_VP8 = 0x10
_SLACK = 1 << 20


@dataclass(frozen=True, slots=True)
class Packets:
    """The pictures of a stream in the order they are shown.

    Attributes
    ----------
    count
        How many there are.
    stamps
        (count,) presentation stamps, strictly increasing, in units of `tick_s`; None where the stream has
        none that tell pictures apart.
    tick_s
        Seconds; 0 where unknown.
    keys
        Numbers of the pictures that decoding can begin with, increasing; empty without `stamps`.
    key_bytes
        Where in the stream each of their packets begins, -1 where unknown.
    rate
        Pictures per second as the container states it, 0 if it does not.
    """

    count: int
    stamps: NDArray[np.int64] | None
    tick_s: float
    keys: NDArray[np.int64]
    key_bytes: NDArray[np.int64]
    rate: float


def scan_packets(container: InputContainer, stream: VideoStream, most: int, held: int) -> Packets:
    """Walk through all packets once; none is decoded, one is in memory.

    Parameters
    ----------
    most
        Pictures allowed.
    held
        Size of the stream, bytes.

    Raises
    ------
    ValueError
        There are more pictures than allowed, or packets that share their bytes, so that the stream is
        longer than what holds it.
    """
    stamps: list[int] = []
    keys: dict[int, int] = {}
    count = seen = size = 0
    stamped, vp8 = True, stream.codec_context.name in ("vp8", "libvpx")
    for packet in container.demux():
        seen, size = seen + 1, size + packet.size
        if count > most or seen > _OTHERS * (most + 1) or size > 2 * held + _SLACK:
            what = f"more than {most} pictures" if count > most else "more than its own size"
            msg = f"it claims {what}, over the limit"
            raise ValueError(msg)
        if packet.stream_index != stream.index or packet.size == 0 or packet.is_discard:
            continue
        if vp8 and not bytes(packet)[0] & _SHOWN_IN_VP8:
            continue
        count += 1
        if packet.pts is None:
            stamped = False
            continue
        stamps.append(packet.pts)
        if packet.is_keyframe:
            keys[packet.pts] = -1 if packet.pos is None else packet.pos
    tick_s = float(stream.time_base or 0)
    rate = float(stream.average_rate or stream.guessed_rate or 0)
    ordered = np.unique(np.asarray(stamps, np.int64))
    if not stamped or len(ordered) != count:
        return Packets(count, None, tick_s, np.zeros(0, np.int64), np.zeros(0, np.int64), rate)
    in_order = sorted(keys)
    numbers = np.searchsorted(ordered, np.asarray(in_order, np.int64))
    key_bytes = np.asarray([keys[stamp] for stamp in in_order], np.int64)
    return Packets(count, ordered, tick_s, numbers, key_bytes, rate)
