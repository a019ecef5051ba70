from pathlib import Path

import pytest

from leakwatch.config import Config, load_config
from leakwatch.config.dicom import DicomConfig, GeometryOverride
from leakwatch.config.dump import dump_config
from leakwatch.errors import ConfigError

ROOT = Path(__file__).parents[2]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_gives_the_defaults() -> None:
    assert load_config(None) == Config()


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}", "schema: leakwatch.config/1"])
def test_an_empty_file_gives_the_defaults(tmp_path: Path, text: str) -> None:
    assert load_config(write(tmp_path / "c.yaml", text)) == Config()


@pytest.mark.parametrize(
    "text",
    ["dicom: {frame_time_ms: 1e2}", '{"dicom": {"frame_time_ms": 100}}', "dicom:\n  frame_time_ms: 100.0"],
)
def test_yaml_and_json_say_the_same(tmp_path: Path, text: str) -> None:
    assert load_config(write(tmp_path / "c.yaml", text)).dicom.frame_time_ms == 100.0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dicmo: {}", "dicmo"),
        ("dicom: {frame_time_s: 1}", "dicom.frame_time_s"),
        ("dicom: {frame_time_ms: -1}", "dicom.frame_time_ms"),
        ("dicom: {frame_time_ms: .nan}", "dicom.frame_time_ms"),
        ("report: {jpeg_quality: best}", "report.jpeg_quality"),
        ("schema: leakwatch.config/2", "schema"),
        ("- a\n- b", "mapping"),
        ("a: [", "not valid YAML"),
    ],
)
def test_refuses_in_one_sentence_that_names_the_place(tmp_path: Path, text: str, names: str) -> None:
    path = write(tmp_path / "c.yaml", text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert names in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_absent_or_binary_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.yaml")
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "c.yaml")


def test_the_shipped_file_lists_every_default() -> None:
    """configs/default.yaml changes nothing, and leaves nothing out; `make defaults` writes it."""
    path = ROOT / "configs" / "default.yaml"
    assert load_config(path) == Config()
    assert path.read_text(encoding="utf-8") == dump_config(Config())


def test_what_is_dumped_is_read_back(tmp_path: Path) -> None:
    config = Config(
        dicom=DicomConfig(frame_time_ms=1e-3, geometry=GeometryOverride(imager_spacing_mm=(0.3, 0.4)))
    )
    assert load_config(write(tmp_path / "c.yaml", dump_config(config))) == config
