"""What decides where a module reads and writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakwatch.errors import UsageError
from leakwatch.module.folders import IN_VARIABLES, OUT_VARIABLES, choose_folders


@pytest.mark.parametrize("number", range(3))
def test_each_orchestrator_is_understood(number: int, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    environment = {IN_VARIABLES[number]: f"{tmp_path}/in", OUT_VARIABLES[number]: f"{tmp_path}/out"}
    assert choose_folders(None, None, environment) == (tmp_path / "in", tmp_path / "out")


def test_what_is_typed_goes_before_the_environment(tmp_path: Path) -> None:
    environment = {IN_VARIABLES[0]: "elsewhere", OUT_VARIABLES[0]: "elsewhere"}
    (tmp_path / "in").mkdir()
    assert choose_folders(tmp_path / "in", tmp_path / "out", environment)[0] == tmp_path / "in"


@pytest.mark.parametrize("out", ["in", "in/below", "."])
def test_results_do_not_go_where_the_pictures_lie(out: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UsageError, match="apart from the one that is read"):
        choose_folders(tmp_path / "in", tmp_path / out, {})


def test_nothing_named_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="none of MERCURE_IN_DIR"):
        choose_folders(None, None, {})


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        choose_folders(tmp_path / "in", tmp_path / "out", {})
