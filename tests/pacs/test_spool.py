"""What arrives is written whole or not at all, and whoever wrote it learns which."""

from __future__ import annotations

import errno
import gc
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.pacs.spool import Spool

Narrow = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def files_of_at_most() -> Narrow:
    """Let no file of this process grow beyond some bytes: the system itself refuses, as on a full disk."""

    @contextmanager
    def narrow(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return narrow


@given(pieces=st.lists(st.binary(max_size=300)))
def test_pieces_come_out_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    spool = Spool(tmp_path_factory.mktemp("spool"))
    for piece in pieces:
        assert spool.write(piece) == len(piece)
        spool.file.flush()
    spool.close()
    assert spool.failure is None
    assert Path(spool.name).read_bytes() == b"".join(pieces)


def test_a_file_that_finds_no_room_takes_none(tmp_path: Path, files_of_at_most: Narrow) -> None:
    spool = Spool(tmp_path)
    with files_of_at_most(1000):
        for _ in range(5):
            assert spool.write(bytes(300)) == 300
    spool.write(b"more, once there is room again")
    spool.close()
    assert spool.failure is not None
    assert spool.failure.errno == errno.EFBIG
    assert Path(spool.name).stat().st_size == 0


def test_a_folder_that_is_gone_is_a_failure_and_not_an_exception(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "gone")
    spool.write(b"piece")
    spool.close()
    assert spool.failure is not None


def test_what_was_cut_off_goes_and_what_was_moved_stays(tmp_path: Path) -> None:
    cut_off, taken = Spool(tmp_path), Spool(tmp_path)
    for one in (cut_off, taken):
        one.write(b"content")
    Path(taken.name).rename(tmp_path / "taken.dcm")
    del cut_off, taken, one
    gc.collect()
    assert [path.name for path in tmp_path.iterdir()] == ["taken.dcm"]
