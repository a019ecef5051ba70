"""One picture after another out of a compressed stream, and any one of them on request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from leakwatch.video.checkpoints import Checkpoint, Checkpoints, Shown
from leakwatch.video.claims import check_mp4_claims
from leakwatch.video.luma import Luma, luma_of
from leakwatch.video.nameless import Nameless
from leakwatch.video.packets import Packets, scan_packets
from leakwatch.video.trouble import as_value_error, reason

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

_MARGIN_PX = 128
"""Codecs round the matrix up to whole blocks."""
_LEAST_PIXELS = 1 << 20
"""Some decoders want room for a line or two of a large picture, however small theirs is."""
_GENERATE_STAMPS = 0x1
"""AVFMT_FLAG_GENPTS."""
_DEEPEST = 20
"""A picture is shown at most 16 packets after it arrives (H.264 A.3.1)."""


class PictureStream:
    """Pictures of one video stream by number, in the order they are shown; a few are in memory at a time.

    Reading on costs one decoded picture each; a jump costs the way from the key picture before it. In a
    stream without presentation stamps key pictures are known as far as it has been read. Whatever the
    order, each number gives the same picture.

    Parameters
    ----------
    source
        The open stream; stays the caller's to close.
    container
        Name of the demuxer, as `content.container_of` gives it, or ``h264``, ``hevc`` or ``mpegvideo``.
    largest
        No picture of much more than the square of this is decoded.
    most
        Pictures allowed.

    Raises
    ------
    ValueError
        It cannot be opened, holds no pictures, or too many.
    """

    def __init__(self, source: BinaryIO, container: str, *, largest: int, most: int) -> None:
        self._source = source
        self._format = container
        self._largest = largest
        self._trouble = ""
        self._passed = -1
        self._ahead: tuple[int, VideoFrame] | None = None
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())
        self._checkpoints = Checkpoints()
        size = source.seek(0, 2)
        if container == "mov":
            check_mp4_claims(source)
        self._open()
        self.codec = self._stream.codec_context.name
        self.rows, self.columns = self._stream.codec_context.height, self._stream.codec_context.width
        aspect = self._stream.sample_aspect_ratio
        self.pixel_aspect = float(aspect) if aspect else 1.0
        try:
            with as_value_error():
                self.packets: Packets = scan_packets(self._container, self._stream, most, size)
            self._restart()
        except ValueError:
            self._container.close()
            raise

    def close(self) -> None:
        """Free the decoder."""
        self._frames = iter(())
        self._container.close()

    def picture(self, number: int) -> Luma:
        """Decode picture `number`, 0-based.

        Raises
        ------
        ValueError
            It is missing, damaged, or in a pixel format that cannot be converted.
        """
        return luma_of(self.frame(number))

    def frame(self, number: int) -> VideoFrame:
        """Decode picture `number` and return it as the decoder gives it.

        Raises
        ------
        ValueError
            It is missing or damaged.
        """
        if number <= self._passed or self._key_before(number) > self._passed + 1:
            self._begin_at(number)
        while True:
            if self._ahead is None:
                with as_value_error():
                    self._ahead = next(self._frames, None)
            if self._ahead is None:
                raise ValueError(self._trouble or "the stream ends before it")
            found, frame = self._ahead
            if found > number:
                # kept for the next call: what was asked for is not there
                self._passed = max(self._passed, number)
                raise ValueError(self._trouble or "it is missing from the stream")
            self._ahead = None
            self._passed = max(self._passed, found)
            if found == number:
                if frame.is_corrupt:
                    msg = "its data are damaged"
                    raise ValueError(msg)
                return frame

    def _open(self) -> None:
        import av

        self._source.seek(0)
        pixels = str(max(_LEAST_PIXELS, (self._largest + _MARGIN_PX) ** 2))
        options = {"max_pixels": pixels, "protocol_whitelist": "none", "format_whitelist": self._format}
        if self._format == "mov":
            options["format_whitelist"] = "mov,mp4,m4a,3gp,3g2,mj2"
        elif self._format == "matroska":
            options["format_whitelist"] = "matroska,webm"
        with as_value_error():
            self._container: InputContainer = av.open(
                Nameless(self._source), "r", format=self._format, options=options, metadata_errors="replace"
            )
        streams = [
            stream
            for stream in self._container.streams.video
            if not stream.disposition & av.stream.Disposition.attached_pic
        ]
        if not streams or streams[0].codec_context is None:
            self._container.close()
            msg = "it holds pictures of no kind that can be decoded" if streams else "it holds no pictures"
            raise ValueError(msg)
        self.video_streams = len(streams)
        self._stream: VideoStream = streams[0]
        # stamps made up by the demuxer are wrong where pictures refer to later ones, as in H.264 in AVI
        self._container.flags &= ~_GENERATE_STAMPS
        # one thread: the same memory and the same answer on every machine, and runs are spread over workers
        self._stream.codec_context.thread_count = 1
        # a picture that the decoder patched up from the one before is no evidence
        strict = {"err_detect": "crccheck+explode"}
        self._stream.codec_context.options = {"max_pixels": pixels} | strict

    def _restart(self) -> None:
        self._container.close()
        self._open()
        self._start(self._container.demux(self._stream), Checkpoint())

    def _start(self, packets: Iterator[Packet[VideoStream]], place: Checkpoint) -> None:
        self._ahead = None
        self._passed = place.number - 1
        self._trouble = ""
        stamped = self.packets.stamps is not None
        self._frames = self._stamped(packets) if stamped else self._counted(packets, place)

    def _key_before(self, number: int) -> int:
        """Return the last picture up to `number` that decoding can begin with, 0 for the start."""
        if self.packets.stamps is None:
            return self._checkpoints.before(number).number
        place = int(np.searchsorted(self.packets.keys, number, "right")) - 1
        return int(self.packets.keys[place]) if place >= 0 else 0

    def _begin_at(self, number: int) -> None:
        """Start over where the way to `number` is shortest."""
        key, stamps = self._key_before(number), self.packets.stamps
        if stamps is None or key == 0:
            self._restart()
            if stamps is None:
                self._start(self._container.demux(self._stream), self._checkpoints.before(number))
            return
        target = int(stamps[key])
        begins_at = int(self.packets.key_bytes[np.searchsorted(self.packets.keys, key)])
        for attempt in ("seek", "restart"):
            with as_value_error():
                if attempt == "restart":
                    self._restart()
                else:
                    self._container.seek(target, stream=self._stream)
                packets = self._container.demux(self._stream)
                first = _advance(packets, target, past_counts=attempt == "seek")
            # an index that disagrees with the stream, as in a damaged AVI, leads to another picture
            if first is not None and (attempt == "restart" or first.pos in (begins_at, None)):
                self._start(_chain(first, packets), Checkpoint(number=key))
                return
        self._restart()

    def _stamped(self, packets: Iterator[Packet[VideoStream]]) -> Iterator[tuple[int, VideoFrame]]:
        """Yield pictures numbered by their stamps, leaving out those that the scan did not meet."""
        stamps = self.packets.stamps
        assert stamps is not None
        for packet in packets:
            for frame in self._decode(packet):
                if frame.pts is None:
                    continue
                number = int(np.searchsorted(stamps, frame.pts))
                if number < len(stamps) and stamps[number] == frame.pts:
                    yield number, frame

    def _counted(
        self, packets: Iterator[Packet[VideoStream]], place: Checkpoint
    ) -> Iterator[tuple[int, VideoFrame]]:
        """Yield pictures numbered as they come, from a checkpoint on; learns further checkpoints."""
        shown, number, begun = Shown.since(place), place.number, place.packet == 0
        keys: set[int] = set()
        index = -1
        for packet in packets:
            if packet.size:
                index += 1
                if index < place.packet:
                    continue
                if packet.is_keyframe:
                    keys.add(index)
                # the decoder hands this on to the picture, which comes out in another order
                packet.pts, packet.dts = index, None
            frames = self._decode(packet)
            if self._trouble:
                return  # how many pictures are lost, and so what number the next one has, is not known
            for frame in frames:
                origin = number if frame.pts is None else frame.pts
                begun = begun or origin == place.packet
                if not begun:
                    continue
                if origin in keys and frame.key_frame and (leading := shown.lead_to(origin)) is not None:
                    self._checkpoints.add(Checkpoint(origin, number, leading))
                keys.discard(origin)
                shown.add(origin)
                if max(shown.beyond, default=0) > shown.below + _DEEPEST:
                    self._trouble = "a picture before it is missing"
                    return
                yield number, frame
                number += 1

    def _decode(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        """Decode one packet; nothing comes of one that the decoder refuses, and the reason is kept."""
        import av

        if packet.size == 0 and packet.dts is not None:
            return []  # says "as before"; to the decoder it would say "the end"
        if packet.is_corrupt:
            self._trouble = "its data are damaged"
            return []
        try:
            return packet.decode()
        except (av.FFmpegError, ValueError, MemoryError) as error:
            self._trouble = f"the decoder refuses it: {reason(error)}"
            return []


def _advance(
    packets: Iterator[Packet[VideoStream]], target: int, *, past_counts: bool
) -> Packet[VideoStream] | None:
    """Go on to the key packet with the stamp `target`; None if it is not there or was gone past."""
    for packet in packets:
        if packet.pts == target and packet.is_keyframe:
            return packet
        if past_counts and packet.pts is not None and packet.is_keyframe and packet.pts > target:
            return None
    return None


def _chain(first: Packet[VideoStream], rest: Iterator[Packet[VideoStream]]) -> Iterator[Packet[VideoStream]]:
    yield first
    yield from rest
