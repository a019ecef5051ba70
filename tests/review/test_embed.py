from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from leakwatch.review.embed import json_text, table_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_json_in_a_page_means_the_same_and_holds_no_markup(value: object) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert "<" not in text
    assert ">" not in text


def test_a_closing_tag_does_not_close() -> None:
    assert "</script" not in json_text({"</script>": "<!-- </SCRIPT >"})


def test_tables_keep_numbers_words_and_gaps_apart(tmp_path: Path) -> None:
    path = tmp_path / "frames.csv"
    path.write_text("frame,state,evidence\n0,clear,0.5\n1,</script>,\n2,nan,inf\n", encoding="utf-8")
    text = "".join(table_json(path))
    assert json.loads(text) == [
        ["frame", "state", "evidence"],
        [0.0, "clear", 0.5],
        [1.0, "</script>", None],
        [2.0, None, None],
    ]
    assert "<" not in text


def test_a_missing_table_is_empty(tmp_path: Path) -> None:
    assert json.loads("".join(table_json(tmp_path / "none.csv"))) == []
