"""How much one tiny file may take before that is a finding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one input.

    Attributes
    ----------
    cpu_s
        Processor time, so that a busy machine makes no findings.
    wall_s
        Time by the clock, for one that sleeps.
    memory_mb
        Resident memory above what the process held before.
    growth_mb
        What a whole batch may leave behind.
    address_mb
        Address space above what the process has; protects the machine, not a finding by itself.
    """

    cpu_s: float = 5.0
    wall_s: float = 60.0
    memory_mb: float = 300.0
    growth_mb: float = 150.0
    address_mb: float = 6000.0
