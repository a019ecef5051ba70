import shlex
from pathlib import Path

from leakwatch.inspect.next_step import analyze_command
from leakwatch.inspect.places import common_folder, printable, short_name


def test_names_are_relative_to_what_is_common(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    base = common_folder([tmp_path / "a", tmp_path / "b" / "run.dcm"])
    assert base == tmp_path
    assert short_name(tmp_path / "b" / "run.dcm", base) == str(Path("b", "run.dcm"))


def test_nothing_in_common_leaves_names_alone(tmp_path: Path) -> None:
    assert common_folder([tmp_path, Path("somewhere")]) is None
    assert short_name(Path("x/run.dcm"), None) == str(Path("x/run.dcm"))
    assert short_name(Path("x/run.dcm"), tmp_path) == str(Path("x/run.dcm"))


def test_control_characters_never_reach_a_terminal() -> None:
    assert printable("a\x1b[2J\nb\udcff") == "a?[2J?b?"
    assert printable("30°", "ascii") == "30?"
    assert printable("30° é") == "30° é"


def test_command_is_quoted_and_repeats_the_options(tmp_path: Path) -> None:
    folder = tmp_path / "my runs"
    folder.mkdir()
    command = analyze_command([folder], (), Path("site.yaml"), ["--pixel-mm", "0.3"])
    assert shlex.split(command) == [
        *("leakwatch", "analyze", str(folder), "-o", "OUT", "--outline", "OUTLINE.json"),
        *("--config", "site.yaml", "--pixel-mm", "0.3"),
    ]


def test_outlines_lying_there_are_used(tmp_path: Path) -> None:
    command = analyze_command([tmp_path], [tmp_path / "x" / "outline_L3.json"], None, [])
    assert shlex.split(command)[-2:] == ["--outline", str(tmp_path)]
