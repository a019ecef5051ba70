"""Taking runs from a folder that others write into."""

from pydantic import Field

from leakwatch.config.section import Section


class WatchConfig(Section):
    """`leakwatch watch`: when a file counts as whole. What becomes of it then is set under `listen`."""

    poll_s: float = Field(default=5.0, gt=0)
    """Time between two looks at the folder; it is polled, for network shares tell of no changes."""
    stable_s: float = Field(default=10.0, ge=0)
    """A file that has kept its size and time of change for so long is taken."""
