"""Which pictures at the two ends of a stream decode; a cut recording has some that do not."""

from __future__ import annotations

from leakwatch.video.stream import PictureStream

_TRIED = 300
"""Pictures tried at either end: ten seconds, or a usual distance between key pictures."""


def sound_range(stream: PictureStream) -> tuple[int, int]:
    """Return (first, end) so that pictures first and end - 1 decode.

    Looked at are the beginning, up to the first that decodes, and what follows the last key picture.

    Raises
    ------
    ValueError
        Nothing decodes; the text is the decoder's first reason.
    """
    count = stream.packets.count
    first, why = None, ""
    for number in range(min(count, _TRIED)):
        trouble = _trouble(stream, number)
        if not trouble:
            first = number
            break
        why = why or trouble
    if first is None:
        raise ValueError(why or "it holds no pictures")
    keys = [int(key) for key in stream.packets.keys[-2:] if count - key <= _TRIED]
    for key in reversed(keys):
        good = [number for number in range(max(key, first), count) if not _trouble(stream, number)]
        if good:
            return first, good[-1] + 1
    return first, count


def _trouble(stream: PictureStream, number: int) -> str:
    try:
        stream.picture(number)
    except ValueError as error:
        return str(error)
    return ""
