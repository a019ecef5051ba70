"""The file of outlines that a CT gave: `leakwatch.outline/1`, with how far it can be trusted."""

from __future__ import annotations

from pathlib import Path

from leakwatch.ct.lay import Laid, turned_deg
from leakwatch.outline.json_file import SCHEMA
from leakwatch.results.json_file import write_json


def write_outline_file(path: Path, laid: Laid) -> None:
    """Write what `leakwatch analyze --outline` reads."""
    content = {
        "outlines": [
            {
                "sop_instance_uid": outline.sop_instance_uid,
                "frame": outline.frame,
                "site": outline.site.value,
                "label": outline.label,
                "polygon_xy_px": outline.polygon_xy_px.round(3).tolist(),
                "error_mm": round(laid.error_mm, 3),
                "regions": [
                    {"name": region.name, "polygon_xy_px": region.polygon_xy_px.round(3).tolist()}
                    for region in outline.regions
                ],
            }
            for outline in laid.outlines
        ],
        "registration": {
            "similarity": laid.registration.similarity,
            "disagreement_mm": laid.registration.disagreement_mm,
            "in_plane_disagreement_mm": laid.registration.in_plane_disagreement_mm,
            "turned_deg": turned_deg(laid.registration.pose),
            "posterior_wall_mm_lps": laid.posterior_wall_mm_lps.round(3).tolist(),
        },
    }
    write_json(path, SCHEMA, content)
