from pathlib import Path

import pytest

from leakwatch.cli.simulate import simulate
from leakwatch.errors import ConfigError, UsageError
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.load import load_case, preset_names

CONFIGS = Path(__file__).parents[2] / "configs" / "simulate"


@pytest.mark.parametrize("preset", preset_names())
def test_every_preset_is_a_case(preset: str) -> None:
    assert load_case(preset).name == preset


@pytest.mark.parametrize("file", sorted(CONFIGS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_can_be_laid_over_a_preset(file: Path) -> None:
    assert load_case("leak-lateral", file).name == file.stem


def test_a_file_changes_its_keys_and_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("leak: {rate_ml_per_min: 1.0}\n")
    case = load_case("leak-lateral", file)
    assert case.leak is not None
    assert (case.leak.rate_ml_per_min, case.leak.start_s) == (1.0, 3.95)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("machine: {rowz: 3}", r"mine.yaml: machine.rowz"),
        ("- 1", "must hold a mapping"),
        ("a: [", "not valid YAML"),
        ("leak: {start_s: 1.0}", "must start after the cement"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_case("leak-lateral", file)


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="quiet"):
        load_case("loud")


def test_the_command_writes_a_case(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(
        "machine: {rows: 32, columns: 32, frames: 2, imager_spacing_mm: 4.5}\nanatomy: {voxel_mm: 1.5}\n"
    )
    simulate("quiet", tmp_path / "out", seed=1, config=file)
    assert (tmp_path / "out" / "dicom" / "runB.dcm").is_file()


def test_an_impossible_case_is_a_configuration_error(tmp_path: Path) -> None:
    file = tmp_path / "flood.yaml"
    file.write_text(
        "machine: {rows: 32, columns: 32, imager_spacing_mm: 4.5}\n"
        "anatomy: {voxel_mm: 1.5}\ncement: {rate_ml_per_min: 2000}\n"
    )
    with pytest.raises(ConfigError, match=r"flood.yaml: .* do not fit"):
        simulate("quiet", tmp_path / "out", seed=1, config=file)


def test_a_folder_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    file = tmp_path / "small.yaml"
    file.write_text(
        "machine: {rows: 32, columns: 32, frames: 2, imager_spacing_mm: 4.5}\nanatomy: {voxel_mm: 1.5}\n"
    )
    with pytest.raises(UsageError, match="cannot be written"):
        simulate("quiet", tmp_path / "out", seed=1, config=file)


def test_a_file_alone_is_laid_over_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\n")
    assert load_case(config=file) == CaseSection(name="mine")


def test_the_command_needs_a_preset_or_a_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="preset"):
        simulate(out=tmp_path)
    with pytest.raises(UsageError, match="--out"):
        simulate("quiet")


def test_the_presets_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    simulate(as_list=True)
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(preset_names())
    assert all(len(line) > 40 for line in listed)
