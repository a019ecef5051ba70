from pathlib import Path

import pytest

from leakwatch.errors import InputError
from leakwatch.results.atomic import drop_folder, finish_folder, folder_name, new_file, start_folder


@pytest.mark.parametrize("uid", ["", "..", "../x", "1/2", "1.2\n", "a.b", "." * 3, "1" * 65, "1.2\0"])
def test_only_a_uid_becomes_a_folder(uid: str) -> None:
    with pytest.raises(InputError, match="not a valid UID"):
        folder_name(uid)


def test_a_uid_is_kept() -> None:
    assert folder_name("2.25." + "1" * 59) == "2.25." + "1" * 59


def test_a_file_appears_only_when_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with new_file(path) as partial:
        partial.write_text("new", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old", encoding="utf-8")

    def fail() -> None:
        with new_file(path) as partial:
            partial.write_text("half", encoding="utf-8")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_replaces_the_older_only_when_complete(tmp_path: Path) -> None:
    final = tmp_path / "1.2"
    final.mkdir()
    (final / "old").touch()
    (start_folder(final) / "new").touch()
    assert [path.name for path in final.iterdir()] == ["old"]
    finish_folder(final)
    assert [path.name for path in final.iterdir()] == ["new"]
    assert list(tmp_path.iterdir()) == [final]


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    final = tmp_path / "1.2"
    (start_folder(final) / "half").touch()
    assert list(start_folder(final).iterdir()) == []
    drop_folder(final)
    drop_folder(final)
    assert list(tmp_path.iterdir()) == []


def test_a_result_caught_between_two_renames_comes_back(tmp_path: Path) -> None:
    final, older = tmp_path / "1.2", tmp_path / ".1.2.older"
    older.mkdir()
    (older / "old").touch()
    start_folder(final)
    assert [path.name for path in final.iterdir()] == ["old"]
    assert not older.exists()
