"""An outline file."""

from __future__ import annotations

import json

from leakwatch.bench.fuzz.seed import Seed, SeedFile


def outline(flavour: str) -> Seed:
    """Write two bones, one with a region."""
    square = [[8.0, 8.0], [20.0, 8.0], [20.0, 18.0], [8.0, 18.0]]
    bone = {"sop_instance_uid": "2.25.1001", "frame": 0, "site": "vertebra", "polygon_xy_px": square}
    content = {
        "schema": "leakwatch.outline/1",
        "outlines": [{**bone, "label": "L3", "regions": {"canal": square}}, bone],
    }
    data = json.dumps(content, indent=1).encode()
    return Seed(flavour, (SeedFile("outline.json", data),), ("outline.json",))
