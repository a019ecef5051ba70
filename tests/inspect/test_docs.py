"""docs/reading.md says what the command prints and which keys there are."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from leakwatch.config import Config
from leakwatch.inspect.look import look
from leakwatch.inspect.terminal import tell

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")


def test_the_example_is_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    stream = io.StringIO()
    console = Console(file=stream, width=80, highlight=False, color_system=None)
    tell(look([Path("sample_dicom")], Config()), console, (), all_files=False)
    example = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    assert stream.getvalue() == example[1]


def test_every_setting_named_exists() -> None:
    named = set(re.findall(r"`((?:dicom|video)\.[a-z_.]+)`", PAGE))
    assert "dicom.max_matrix" in named
    for name in named:
        section, key = name.split(".", 1)
        assert key in type(getattr(Config(), section)).model_fields, name


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", PAGE)
    assert targets
    assert [target for target in targets if not (ROOT / "docs" / target).is_file()] == []
