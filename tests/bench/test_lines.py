"""Records on disk: each line whole or not there."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from leakwatch.bench.lines import append_line, cut_torn_line, whole_lines


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    assert whole_lines(path) == []
    cut_torn_line(path)
    assert not path.exists()
    append_line(path, "one\n")
    append_line(path, "twø\n")
    assert whole_lines(path) == ["one", "twø"]


@given(cut=st.integers(0, 20))
def test_a_line_that_was_being_written_is_gone_and_the_next_stands_alone(
    tmp_path_factory: object, cut: int
) -> None:
    path = tmp_path_factory.mktemp("lines") / "lines"  # type: ignore[attr-defined]
    content = b"first\nsecond\nthird\n"
    path.write_bytes(content[:cut])
    whole = [line for line in ("first", "second", "third") if content[:cut].find(f"{line}\n".encode()) >= 0]
    assert whole_lines(path) == whole
    cut_torn_line(path)
    append_line(path, "new\n")
    assert whole_lines(path) == [*whole, "new"]
