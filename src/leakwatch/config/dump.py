"""Write a configuration down: ``python -m leakwatch.config.dump > configs/default.yaml``."""

from __future__ import annotations

import io
import sys

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from leakwatch.config.tree import Config

_HEAD = """\
# Every setting with its default. A configuration needs only the keys that differ; what each one means
# stands beside it in src/leakwatch/config/. This file is written by `make defaults`.
"""


def dump_config(config: Config) -> str:
    """Give a configuration as YAML that `load_config` reads back to an equal one."""
    yaml = YAML()
    # An empty value would read as if something had been forgotten.
    yaml.representer.add_representer(type(None), _null)
    text = io.StringIO()
    yaml.dump(config.model_dump(mode="json", by_alias=True), text)
    return _HEAD + text.getvalue()


def _null(representer: RoundTripRepresenter, _: None) -> ScalarNode:
    node: ScalarNode = representer.represent_scalar("tag:yaml.org,2002:null", "null")
    return node


if __name__ == "__main__":
    sys.stdout.write(dump_config(Config()))
