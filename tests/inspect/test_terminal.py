import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from leakwatch.config import Config
from leakwatch.inspect.inspection import Inspection
from leakwatch.inspect.look import look
from leakwatch.inspect.terminal import tell

from .mixed import PLANTED, write_mixed


@pytest.fixture
def mixed(write_xa: Callable[..., Path], scene: NDArray[np.uint16]) -> Inspection:
    return look([write_mixed(write_xa, scene)], Config())


def told(inspection: Inspection, width: int, *, all_files: bool = False, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        highlight=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    tell(inspection, console, (), all_files=all_files)
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 80, 160, 240])
def test_every_width_tells_the_same(mixed: Inspection, width: int) -> None:
    text = told(mixed, width)
    flat = " ".join(text.split())
    for name in ("plane_a.dcm", "plane_b.dcm", "lone.dcm", "broken.dcm", "lone_copy.dcm"):
        # a narrow cell may break a name in the middle
        assert name in text.replace("\n", "").replace(" ", "") or name in flat
    for words in ("cranial 10°", "a pause of 12.0 s", "0.300", "not known", "CT Image Storage", "run 2"):
        assert words in flat or width == 160
    assert "Rows (0028,0010) is 5000" in flat
    assert PLANTED not in text


def test_narrow_has_blocks_and_wide_has_a_table(mixed: Inspection) -> None:
    narrow, wide = told(mixed, 80), told(mixed, 200)
    assert "      view     LAO 30° cranial 10°\n" in narrow
    assert "mm/pixel" not in narrow
    head = next(line for line in wide.splitlines() if "mm/pixel" in line)
    row = next(line for line in wide.splitlines() if "plane_a.dcm" in line)
    assert row.index("LAO 30°") == head.index("view")
    assert row.index("0.300") == head.index("mm/pixel")
    assert wide.count("mm/pixel") == 1


def test_prose_stays_within_the_width(mixed: Inspection) -> None:
    lines = told(mixed, 80).splitlines()
    long = [line for line in lines if len(line) > 80 and "leakwatch analyze" not in line]
    assert [line for line in long if "mixed" not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []


def test_colour_is_only_an_extra(mixed: Inspection) -> None:
    plain, coloured = told(mixed, 100), told(mixed, 100, colour=True)
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured


def test_the_last_line_is_the_next_command(mixed: Inspection) -> None:
    last = told(mixed, 80).rstrip("\n").splitlines()[-1]
    assert last.strip() == mixed.next_step
    assert last.strip().startswith("leakwatch analyze ")


def test_all_lists_what_is_only_counted_otherwise(mixed: Inspection) -> None:
    brief, full = told(mixed, 80), told(mixed, 80, all_files=True)
    assert "notes.txt" not in brief
    assert "notes.txt" in full
    assert str(Path("ct", "2.dcm")) not in brief
    assert str(Path("ct", "2.dcm")) in full


def test_file_names_cannot_command_the_terminal(
    write_xa: Callable[..., Path], scene: NDArray[np.uint16]
) -> None:
    path = write_xa(scene, "folder/[red]a\x1b[2Jb.dcm", bits_stored=12)
    text = told(look([path.parent], Config()), 80)
    assert "\x1b" not in text
    assert "[red]a?[2Jb.dcm" in text


def test_files_that_fail_alike_share_a_sentence(
    write_xa: Callable[..., Path], scene: NDArray[np.uint16]
) -> None:
    paths = [write_xa(scene, f"bad/{number:02}.dcm", bits_stored=12, Rows=5000) for number in range(12)]
    found = look([paths[0].parent], Config())
    brief, full = told(found, 80), told(found, 80, all_files=True)
    assert brief.count("Rows (0028,0010) is 5000") == full.count("Rows (0028,0010) is 5000") == 1
    assert "and 2 more (--all lists them)" in brief
    assert all(path.name in full for path in paths)


def test_videos_in_a_folder_are_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "export.MP4").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("x")
    text = told(look([tmp_path], Config()), 80)
    assert "Ignored: 2 files" in text
    assert "1 of them looks like a video" in text


def test_nothing_there(tmp_path: Path) -> None:
    assert told(look([tmp_path], Config()), 160).startswith("no fluoroscopy run")
