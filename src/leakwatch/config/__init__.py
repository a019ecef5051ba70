"""Typed, validated settings; one home for each default."""

from leakwatch.config.load import load_config
from leakwatch.config.tree import Config

__all__ = ["Config", "load_config"]
