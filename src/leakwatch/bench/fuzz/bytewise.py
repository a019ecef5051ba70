"""Changes to a file that know nothing of it, and two that wrap all of it."""

from __future__ import annotations

import json
import zlib
from typing import Any

import numpy as np

_LARGEST_BOMB = 64 << 20


def flip(data: bytes, at: str, value: str) -> bytes:
    """Turn over one bit, number `value` of the byte."""
    if not data:
        return data
    position = int(at) % len(data)
    return data[:position] + bytes([data[position] ^ 1 << int(value) % 8]) + data[position + 1 :]


def cut(data: bytes, at: str, value: str) -> bytes:
    """End the file there."""
    return data[: int(at) % (len(data) + 1)]


def insert(data: bytes, at: str, value: str) -> bytes:
    """Put in bytes, `value` in hex."""
    position = int(at) % (len(data) + 1)
    return data[:position] + bytes.fromhex(value) + data[position:]


def overwrite(data: bytes, at: str, value: str) -> bytes:
    """Replace as many bytes as `value` has, in hex."""
    position = int(at) % (len(data) + 1)
    body = bytes.fromhex(value)
    return data[:position] + body + data[position + len(body) :]


def fill(data: bytes, at: str, value: str) -> bytes:
    """Set a block to one byte: `value` is ``count:byte``."""
    count, byte = (int(part) for part in value.split(":"))
    position = int(at) % (len(data) + 1)
    count = min(count, len(data) - position)
    return data[:position] + bytes([byte]) * count + data[position + count :]


def splice(data: bytes, at: str, value: str) -> bytes:
    """Put in a copy of another part of the file: `value` is ``start:count``."""
    start, count = (int(part) for part in value.split(":"))
    start %= len(data) + 1
    position = int(at) % (len(data) + 1)
    return data[:position] + data[start : start + count] + data[position:]


def noise(data: bytes, at: str, value: str) -> bytes:
    """Replace bytes by random ones: `value` is ``count:seed``."""
    count, seed = (int(part) for part in value.split(":"))
    position = int(at) % (len(data) + 1)
    count = min(count, len(data) - position)
    return data[:position] + np.random.default_rng(seed).bytes(count) + data[position + count :]


def deflate(data: bytes, at: str, value: str) -> bytes:
    """Deflate what follows the file meta information, with `value` zero bytes after it."""
    if data[128:132] != b"DICM" or len(data) < 144:
        return data
    start = 144 + int.from_bytes(data[140:144], "little")
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = min(int(value or 0), _LARGEST_BOMB)
    packed = packer.compress(data[start:]) + packer.compress(bytes(zeros)) + packer.flush()
    return data[:start] + packed + b"\0" * (len(packed) % 2)


def set_node(data: bytes, at: str, value: str) -> bytes:
    """Replace one node of a JSON file by other JSON, or by ``[[[...`` nested ``deep:count``."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = _places(tree)
    holder, key = places[int(at) % len(places)]
    marker = "\x00here"
    holder[key] = marker
    depth = int(value[5:]) if value.startswith("deep:") else 0
    body = "[" * depth + "]" * depth if depth else value
    return json.dumps(tree).replace(json.dumps(marker), body).encode()


def _places(tree: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            children = list(node.items())
        elif isinstance(node, list):
            children = list(enumerate(node))
        else:
            continue
        found.extend((node, key) for key, _ in children)
        waiting.extend(child for _, child in children)
    return found or [([tree], 0)]
