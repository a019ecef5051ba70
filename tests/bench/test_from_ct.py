"""Patients from CTs in drawn cases: another spine, and nothing else is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakwatch.bench.paired.twice import Cases
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.from_ct import in_a_ct, load_patients
from leakwatch.errors import ConfigError
from leakwatch.nouns import Site
from leakwatch.simulate.config.anatomy import CtSection

SEED = 6201
PATIENTS = tuple(
    CtSection(volume=Path("ct.nii.gz"), labels=Path("labels.nii.gz"), treated_label=label)
    for label in (28, 29)
)


def test_only_the_patient_changes() -> None:
    cases = Cases(SEED, patients=PATIENTS)
    indices = list(cases.indices(40))
    assert 0 < len(indices) < 40
    for index in indices:
        before, after = draw(index, SEED), cases.draw(index)
        assert before.site == Site.VERTEBRA
        assert after.case.anatomy.needle_side == before.case.anatomy.needle_side
        assert after.case.model_copy(update={"anatomy": before.case.anatomy}) == before.case
        assert (after.index, after.way, after.simulation_seed) == (
            before.index,
            before.way,
            before.simulation_seed,
        )


def test_every_patient_comes_and_comes_again() -> None:
    cases = Cases(SEED, patients=PATIENTS)
    drawn = [cases.draw(index).case.anatomy for index in cases.indices(40)]
    labels = [one.treated_label for one in drawn if isinstance(one, CtSection)]
    assert len(labels) == len(drawn)
    assert set(labels) == {28, 29}
    assert [in_a_ct(draw(index, SEED), PATIENTS, SEED).case.anatomy for index in cases.indices(40)] == drawn


def test_without_patients_every_case_is_done() -> None:
    assert list(Cases(SEED).indices(5)) == [0, 1, 2, 3, 4]


def test_patients_are_read(tmp_path: Path) -> None:
    file = tmp_path / "patients.yaml"
    file.write_text(
        "patients:\n"
        "- {kind: ct, volume: ct.nii.gz, labels: labels.nii.gz, treated_label: 28}\n"
        "- {kind: ct, volume: ct.nii.gz, labels: labels.nii.gz, treated_label: 29}\n"
    )
    assert load_patients(file) == PATIENTS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("patients: []\n", "patients: "),
        ("patients: [{volume: a, labels: b}]\n", "patients.0.treated_label: "),
        ("patients: [{volume: a, labels: b, treated_label: 1, lable: x}]\n", "patients.0.lable: "),
        ("patients: [\n", "cannot be read"),
    ],
)
def test_bad_files_are_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "patients.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said) as caught:
        load_patients(file)
    assert str(caught.value).startswith(str(file))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read"):
        load_patients(tmp_path / "none.yaml")
