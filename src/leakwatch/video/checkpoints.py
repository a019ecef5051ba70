"""Where decoding can begin in a stream without presentation stamps, learned on the way through it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A key picture: the `packet` that holds it, its `number` as shown, and packets shown before it.

    `leading` are those of later packets: a decoder that begins here has not what they refer to.
    """

    packet: int = 0
    number: int = 0
    leading: frozenset[int] = frozenset()


@dataclass(slots=True)
class Checkpoints:
    """All found so far, in order; the first is the beginning of the stream."""

    found: list[Checkpoint] = field(default_factory=lambda: [Checkpoint()])

    def before(self, number: int) -> Checkpoint:
        """Return the last checkpoint whose picture is `number` or before it."""
        return self.found[bisect_right(self.found, number, key=lambda place: place.number) - 1]

    def add(self, place: Checkpoint) -> None:
        """Remember a checkpoint beyond those known."""
        if place.number > self.found[-1].number:
            self.found.append(place)


@dataclass(slots=True)
class Shown:
    """Which packets have been shown, from a checkpoint on: all before `below`, and those in `beyond`."""

    below: int
    beyond: set[int]

    @classmethod
    def since(cls, place: Checkpoint) -> Shown:
        """Take up the count at a checkpoint, whose own picture comes next."""
        return cls(place.packet, set(place.leading))

    def lead_to(self, packet: int) -> frozenset[int] | None:
        """Say which later packets were shown before `packet`; None if an earlier one is still to come."""
        return frozenset(self.beyond) if self.below == packet else None

    def add(self, packet: int) -> None:
        """Count a packet's picture as shown."""
        if packet >= self.below:
            self.beyond.add(packet)
        while self.below in self.beyond:
            self.beyond.remove(self.below)
            self.below += 1
