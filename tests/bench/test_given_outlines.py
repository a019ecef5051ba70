"""Recordings with outlines: what the network finds, and what a CT gives, is held against them."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakwatch.bench import ct_outline
from leakwatch.bench.bone import given
from leakwatch.simulate.case import write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.testing import tiny_config

from ..simulate.anatomy.ct.ct_phantom import LABEL, write

SAMPLES = Path(__file__).parents[2] / "sample_dicom"


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def test_every_run_of_a_suite_is_looked_at_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert given.main([str(SAMPLES)]) == 0
    told = rows(capsys.readouterr().out)
    assert [row[0] for row in told] == ["leak-lateral"] * 2 + ["quiet"] * 2
    for row in told:
        assert 0 <= float(row[2]) <= 1
        assert row[4] == ("yes" if float(row[3]) >= 0.8 else "no")
        assert row[7] in ("yes", "no")


@pytest.mark.slow
def test_a_case_is_laid_on_by_its_own_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section = write(tmp_path)
    config = tiny_config(None, planes=2, size_px=128, frames=8)
    anatomy = section.model_copy(update={"label": "L3"}).model_dump(mode="json")
    content = config.model_dump(mode="json", by_alias=True) | {"anatomy": anatomy}
    write_case(CaseSection.model_validate(content), 3, tmp_path / "suite" / "one")
    maps = ["--ct", section.volume, "--labels", section.labels, "--body-labels", section.body_labels]
    assert ct_outline.main([str(tmp_path / "suite"), *map(str, maps), "--level", f"L3={LABEL}"]) == 0
    ((case, level, dice, _, turned, _, beside),) = rows(capsys.readouterr().out)
    assert (case, level, beside) == ("one", "L3", "")
    assert min(float(one) for one in dice.split(",")) > 0.9
    assert float(turned.rstrip("°")) < 3
