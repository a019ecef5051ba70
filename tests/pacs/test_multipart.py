"""A file goes into a multipart message and comes out of one as it is, however it is cut."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.pacs.multipart import BrokenMessage, FilePart, boundary_of, first_part

# content that looks like what ends it, and headers of every kind that RFC 2046 has
NEARLY = st.lists(
    st.sampled_from([b"\r\n", b"--", b"\r\n--", b"end", b"\r\n--en", b"\r", b"\n", b"x", b"\r\n\r\n"]),
    max_size=20,
).map(b"".join)
CONTENT = st.one_of(st.binary(max_size=300), NEARLY).filter(lambda content: b"\r\n--end" not in content)
HEAD = st.sampled_from([b"", b"Content-Type: application/dicom\r\n", b"A: b\r\nContent-Length: 3\r\n"])


def cut(message: bytes, data: st.DataObject) -> list[bytes]:
    places = sorted(data.draw(st.lists(st.integers(0, len(message)), max_size=8)))
    return [message[a:b] for a, b in zip([0, *places], [*places, len(message)], strict=True)]


@given(content=CONTENT, head=HEAD, before=st.sampled_from([b"", b"\r\n", b"of old\r\n"]), data=st.data())
def test_what_is_in_a_message_comes_out(
    content: bytes, head: bytes, before: bytes, data: st.DataObject
) -> None:
    tail = data.draw(st.sampled_from([b"--\r\n", b"--", b"\r\n\r\nanother part\r\n--end--"]))
    message = before + b"--end\r\n" + head + b"\r\n" + content + b"\r\n--end" + tail
    assert b"".join(first_part(cut(message, data), b"end")) == content


@given(content=CONTENT, data=st.data())
def test_a_message_that_breaks_off_is_no_file(content: bytes, data: st.DataObject) -> None:
    message = b"--end\r\nA: b\r\n\r\n" + content + b"\r\n--end"
    broken = message[: data.draw(st.integers(0, len(message) - 1))]
    with pytest.raises(BrokenMessage):
        list(first_part(cut(broken, data), b"end"))


def test_headers_without_an_end_are_not_gathered_for_ever() -> None:
    def endless() -> object:
        yield b"--end\r\n"
        for _ in range(1000):
            yield bytes(1 << 10)
        pytest.fail("a megabyte of headers was read")

    with pytest.raises(BrokenMessage):
        list(first_part(endless(), b"end"))  # type: ignore[arg-type]


@given(content=st.binary(max_size=300))
def test_a_file_is_framed_as_others_read_it(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("part") / "file.dcm"
    path.write_bytes(content)
    part = FilePart(path, "application/dicom", "0123456789abcdef")
    message = b"".join(part)
    assert len(part) == len(message)
    boundary = boundary_of(part.content_type)
    assert boundary is not None
    assert b"".join(first_part([message], boundary)) == content
    (read,) = message_from_bytes(
        f"Content-Type: {part.content_type}\r\n\r\n".encode() + message
    ).get_payload()  # type: ignore[misc]
    assert read.get_content_type() == "application/dicom"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ('multipart/related; type="application/dicom"; boundary="a b"', b"a b"),
        ("Multipart/Related; Boundary=abc; type=application/dicom", b"abc"),
        ("multipart/related", None),
        ("application/dicom; boundary=abc", None),
        ("", None),
    ],
)
def test_the_boundary_is_read(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary


def test_the_path_is_read_when_it_is_sent(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(FilePart(tmp_path / "gone.dcm", "application/dicom", "abc"))
