"""The comparison as tables, JSON and pictures."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from leakwatch.bench.renderer.check import Check
from leakwatch.bench.renderer.compare import Agreement
from leakwatch.bench.renderer.panel import write_panel

_WIDEST_DIFFERENCE = 0.2


def write_report(result: Check, folder: Path) -> str:
    """Write ``renderer.json``, ``renderer.md`` and a picture a view into `folder`; give the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    text = tables(result)
    (folder / "renderer.md").write_text(text + "\n", encoding="utf-8")
    (folder / "renderer.json").write_text(json.dumps(figures(result), indent=2) + "\n", encoding="utf-8")
    for view in result.views:
        path = folder / f"simulator-check-{view.name.lower()}.png"
        write_panel(path, view.ours, view.reference, _WIDEST_DIFFERENCE)
    return text


def figures(result: Check) -> dict[str, object]:
    """Everything measured, ready for JSON."""
    machine = result.machine
    return {
        "schema": "leakwatch.bench.renderer/1",
        "setup": asdict(result.setup),
        "rows": machine.rows,
        "columns": machine.columns,
        "pixel_mm": machine.pixel_mm,
        "views": [
            {
                "name": view.name,
                "primary_deg": view.primary_deg,
                "secondary_deg": view.secondary_deg,
                "solids_alone": asdict(view.bare),
                "in_water": asdict(view.watered),
                "paths_mm": {solid: asdict(one) for solid, one in view.solids.items()},
            }
            for view in result.views
        ],
    }


def tables(result: Check) -> str:
    """Markdown: line integrals by view, then mean path lengths by solid."""
    lines = [
        "| view | scene | pixels | mean L | mean absolute error | bias | largest | shift, px |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for view in result.views:
        for scene, one in (("solids alone", view.bare), ("in water", view.watered)):
            lines.append(f"| {view.name} | {scene} | {one.pixels} | {one.mean:.3f} | {_errors(one)} |")
    lines += [
        "",
        "| view | solid | pixels | mean path, mm | mean absolute error | bias | largest, mm | shift, px |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for view in result.views:
        for solid, one in view.solids.items():
            lines.append(f"| {view.name} | {solid} | {one.pixels} | {one.mean:.2f} | {_errors(one)} |")
    return "\n".join(lines)


def _errors(one: Agreement) -> str:
    shares = f"{100 * one.error_share:.2f} % | {100 * one.bias_share:+.2f} %"
    return f"{shares} | {one.worst:.3f} | {one.shift_px:.3f}"
