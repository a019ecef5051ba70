"""The same outline from JSON, from a presentation state and from a segmentation: the same analysis."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from leakwatch.outline.given import load_outlines
from leakwatch.outline.raster import mask_from_polygon
from leakwatch.simulate.testing import tiny_case

from ..outline.drawn_objects import annotation, graphic, groups, presentation_state, reference, segmentation

SIZE_PX = 96


def rows(out: Path) -> list[dict[str, str]]:
    """Frames of the one run, without how long they took."""
    (path,) = out.glob("runs/*/frames.csv")
    with path.open(encoding="utf-8") as handle:
        return [
            {key: value for key, value in row.items() if key != "latency_ms"}
            for row in csv.DictReader(handle)
        ]


@pytest.mark.slow
def test_it_does_not_matter_who_wrote_the_outline(tmp_path: Path) -> None:
    written = tiny_case(tmp_path / "case", size_px=SIZE_PX, frames=24)
    (outline,) = load_outlines(written.outline)
    uid = outline.sop_instance_uid
    corners = outline.polygon_xy_px
    # a presentation state holds single precision
    exact = np.array(corners + 0.5, np.float32).astype(np.float64) - 0.5
    document = json.loads(written.outline.read_text(encoding="utf-8"))
    document["outlines"][0]["polygon_xy_px"] = exact.tolist()
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps(document), encoding="utf-8")
    closed = np.vstack([corners, corners[:1]]) + 0.5
    state = presentation_state(
        tmp_path / "ps.dcm", annotation(graphic(closed), text=outline.label, on=reference(uid))
    )
    mask = mask_from_polygon(corners, (SIZE_PX, SIZE_PX))
    segments = segmentation(tmp_path / "seg.dcm", [mask], [groups(1, reference(uid))])
    found = {}
    for path in (plain, state, segments):
        out = tmp_path / f"out-{path.stem}"
        command = [sys.executable, "-m", "leakwatch.cli.main", "analyze", written.folder / "dicom", "-o", out]
        subprocess.run([*command, "--quiet", "--outline", path], check=True, timeout=300)
        found[path] = rows(out)
    assert found[plain] == found[state]
    # a mask's outline runs between pixels: the same bone, not the same polygon
    states = [[row["state"] for row in found[path]] for path in (plain, segments)]
    assert states[0] == states[1]
