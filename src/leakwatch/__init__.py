"""Watch bone cement leak, frame by frame, in recorded fluoroscopy runs. Research use only."""

from importlib.metadata import version

__version__ = version("leakwatch")
