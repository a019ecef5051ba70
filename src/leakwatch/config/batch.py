"""How many runs are worked through."""

from pydantic import Field

from leakwatch.config.section import Section


class BatchConfig(Section):
    """Limits on the subprocesses, one per run."""

    max_memory_gb: float | None = Field(default=None, gt=0)
    """A run whose process holds more than this is ended and counted as failed; none by default."""
