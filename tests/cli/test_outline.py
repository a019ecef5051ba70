"""A CT laid on two views, as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import Outline
from leakwatch.outline.given import load_outlines
from leakwatch.outline.raster import mask_from_polygon
from leakwatch.simulate.case import WrittenCase, write_case
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.testing import tiny_config

from ..simulate.anatomy.ct.ct_phantom import LABEL, write

SIZE = 128


@pytest.fixture(scope="module")
def ct(tmp_path_factory: pytest.TempPathFactory) -> CtSection:
    return write(tmp_path_factory.mktemp("ct"))


@pytest.fixture(scope="module")
def case(ct: CtSection, tmp_path_factory: pytest.TempPathFactory) -> WrittenCase:
    config = tiny_config(None, planes=2, size_px=SIZE, frames=8)
    content = config.model_dump(mode="json", by_alias=True) | {"anatomy": ct.model_dump(mode="json")}
    return write_case(CaseSection.model_validate(content), 3, tmp_path_factory.mktemp("case") / "case")


def outline(case: WrittenCase, ct: CtSection, out: Path, *more: object) -> subprocess.CompletedProcess[str]:
    maps = ["--ct", ct.volume, "--labels", ct.labels, "--body-labels", ct.body_labels]
    words = ["outline", case.folder / "dicom", "-o", out, *maps, *more]
    command = [sys.executable, "-m", "leakwatch.cli.main", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def clicks(case: WrittenCase) -> list[str]:
    """A point in each bone, and not in its middle."""
    words = []
    for one in load_outlines(case.outline):
        x, y = one.polygon_xy_px.mean(axis=0) + np.array([6.0, -4.0])
        words += ["--point", f"{one.sop_instance_uid}:{x:.0f},{y:.0f}"]
    return words


def dice(one: Outline, other: Outline) -> float:
    a, b = (mask_from_polygon(each.polygon_xy_px, (SIZE, SIZE)) for each in (one, other))
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


@pytest.mark.slow
def test_two_clicks_and_a_ct_give_the_outlines_of_both_views(
    case: WrittenCase, ct: CtSection, tmp_path: Path
) -> None:
    out = tmp_path / "outline.json"
    done = outline(
        case, ct, out, "--label", LABEL, "--name", "L3", "--region", f"whole={LABEL}", *clicks(case), "--json"
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["turned_deg"] < 3
    given = {one.sop_instance_uid: one for one in load_outlines(case.outline)}
    found = load_outlines(out)
    assert {one.sop_instance_uid for one in found} == set(given)
    for one in found:
        assert dice(one, given[one.sop_instance_uid]) > 0.93
        assert one.label == "L3"
        assert [region.name for region in one.regions] == ["whole"]
        assert one.error_mm[0] == pytest.approx(told["error_mm"], abs=1e-3)
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["research_use"] == RESEARCH_USE
    wall = np.array(content["registration"]["posterior_wall_mm_lps"])
    assert np.ptp(wall[:, 2]) > 15


def test_the_same_bone_must_be_clicked_in_both_views(
    case: WrittenCase, ct: CtSection, tmp_path: Path
) -> None:
    first, second = load_outlines(case.outline)
    point = f"{first.sop_instance_uid}:64,64"
    one = outline(case, ct, tmp_path / "o.json", "--label", LABEL, "--point", point)
    assert one.returncode == 3
    assert "two views, each with a click in the bone; there are 1" in one.stderr
    apart = outline(
        case, ct, tmp_path / "o.json", "--label", LABEL,
        "--point", f"{first.sop_instance_uid}:64,10", "--point", f"{second.sop_instance_uid}:64,110",
    )  # fmt: skip
    assert apart.returncode == 3
    assert "mm apart: not one bone" in apart.stderr
    assert not (tmp_path / "o.json").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--label", "7"], 3, "labels.nii.gz: holds no label 7 within the volume; there are 22"),
        (["--label", "22", "--region", "canal=9"], 3, "holds no label 9 for the region 'canal'"),
        (["--label", "22", "--region", "canal"], 2, "write NAME=VALUE"),
        (["--label", "22", "--site", "rib"], 2, "--site rib: not one of vertebra"),
        (["--label", "22", "--point", "1.2.3:4,5"], 2, "belongs to none of the runs"),
        (["--label", "22", "--point", "here"], 2, "not a point"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    case: WrittenCase, ct: CtSection, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    done = outline(case, ct, tmp_path / "o.json", *words, *clicks(case))
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("leakwatch: error:") == 1
    assert not (tmp_path / "o.json").exists()


def test_a_ct_that_is_not_there_is_named(case: WrittenCase, ct: CtSection, tmp_path: Path) -> None:
    gone = ct.model_copy(update={"volume": tmp_path / "gone.nii.gz"})
    done = outline(case, gone, tmp_path / "o.json", "--label", LABEL, *clicks(case))
    assert done.returncode == 3
    assert "gone.nii.gz: there is no such file or folder" in done.stderr


def test_a_recording_that_cannot_be_read_is_named(case: WrittenCase, ct: CtSection, tmp_path: Path) -> None:
    whole = sorted((case.folder / "dicom").iterdir())
    for path in whole:
        content = path.read_bytes()
        (tmp_path / path.name).write_bytes(content if path == whole[0] else content[: len(content) // 2])
    maps = ["--ct", ct.volume, "--labels", ct.labels, "--label", LABEL, *clicks(case)]
    words = ["outline", *(tmp_path / path.name for path in whole), "-o", tmp_path / "o.json", *maps]
    command = [sys.executable, "-m", "leakwatch.cli.main", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if "warning" in line]
    assert len(said) == 1
    assert whole[1].name in said[0]
    assert "belongs to none of the runs" in done.stderr
