"""Settings as an orchestrator hands them over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leakwatch.config import Config
from leakwatch.errors import ConfigError
from leakwatch.module.task import read_task


def write(folder: Path, process: object) -> Path:
    path = folder / "task.json"
    path.write_text(json.dumps({"id": "1", "process": process}), encoding="utf-8")
    return path


def test_without_a_task_the_defaults_hold(tmp_path: Path) -> None:
    defaults = Config.model_validate({"batch": {"max_memory_gb": 3.0}})
    assert read_task(tmp_path / "task.json", defaults).config is defaults


@pytest.mark.parametrize("as_list", [False, True])
def test_our_settings_are_found_among_those_of_others(as_list: bool, tmp_path: Path) -> None:
    ours = {"leakwatch": {"config": {"views": {"max_ray_gap_mm": 4.5}}, "outlines_from_input": True}}
    step = {"module_name": "leakwatch", "settings": {"colour": "red"} | ours}
    process = [{"settings": {"other": 1}}, {}, step] if as_list else step
    settings = read_task(write(tmp_path, process), Config())
    assert (settings.config.views.max_ray_gap_mm, settings.outlines_from_input) == (4.5, True)


@pytest.mark.parametrize("process", [None, {}, {"settings": None}, {"settings": {"leakwatch": 3}}, []])
def test_a_task_that_asks_nothing_of_us_gives_the_defaults(process: object, tmp_path: Path) -> None:
    assert read_task(write(tmp_path, process), Config()).config == Config()


def test_an_unknown_setting_is_named_and_its_value_is_not(tmp_path: Path) -> None:
    path = write(tmp_path, {"settings": {"leakwatch": {"config": {"vews": "Doe^Jane"}}}})
    with pytest.raises(ConfigError, match=r"leakwatch\.config\.vews: is not a known setting") as raised:
        read_task(path, Config())
    assert "Jane" not in str(raised.value)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read as JSON"):
        read_task(tmp_path / "task.json", Config())
