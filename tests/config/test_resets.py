from __future__ import annotations

import json
from pathlib import Path

import pytest

from leakwatch.config.imaging import ResetConfig
from leakwatch.config.resets import load_resets
from leakwatch.errors import ConfigError


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_list_is_read_in_its_order(tmp_path: Path) -> None:
    path = write(
        tmp_path / "r.json",
        {
            "schema": "leakwatch.resets/1",
            "resets": [{"sop_instance_uid": "1.2.3", "time_s": 31.5}, {"frame": 420}],
        },
    )
    assert load_resets(path) == (
        ResetConfig(sop_instance_uid="1.2.3", time_s=31.5),
        ResetConfig(frame=420),
    )


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("{", "JSON"),
        ({"schema": "leakwatch.resets/2", "resets": []}, "schema"),
        ({"schema": "leakwatch.resets/1"}, "resets"),
        ({"schema": "leakwatch.resets/1", "resets": [{}]}, "either time_s or frame"),
        ({"schema": "leakwatch.resets/1", "resets": [{"time_s": 1, "frame": 2}]}, "either time_s or frame"),
        ({"schema": "leakwatch.resets/1", "resets": [{"time_s": -1}]}, "resets.0.time_s"),
        ({"schema": "leakwatch.resets/1", "resets": [{"frame": 1.5}]}, "resets.0.frame"),
        ({"schema": "leakwatch.resets/1", "resets": [{"frame": 1, "time": 2}]}, "resets.0.time"),
        ({"schema": "leakwatch.resets/1", "resets": [{"frame": 1, "sop_instance_uid": "x"}]}, "uid"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, content: object, names: str) -> None:
    path = write(tmp_path / "r.json", content)
    with pytest.raises(ConfigError, match=names) as caught:
        load_resets(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_resets(tmp_path / "none.json")


def test_a_note_is_read_and_written_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "resets.json"
    path.write_text('{"schema": "leakwatch.resets/1", "resets": [{"frame": 3, "note": "second syringe"}]}')
    (reset,) = load_resets(path)
    assert reset.note == "second syringe"
    assert "note" not in reset.model_dump(mode="json")
