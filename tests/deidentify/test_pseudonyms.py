"""The same key, the same names; another key, others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import UID

from leakwatch.deidentify.pseudonyms import Pseudonyms

UIDS = st.from_regex(r"1\.3\.[1-9][0-9]{0,20}\.[1-9][0-9]{0,20}", fullmatch=True)


@given(UIDS, UIDS, st.binary(min_size=16), st.binary(min_size=16))
def test_uids_hang_on_the_key_and_on_the_original(one: str, two: str, key: bytes, other: bytes) -> None:
    renamed = Pseudonyms(key).uid(one)
    assert renamed == Pseudonyms(key).uid(one)
    assert renamed.is_valid
    assert renamed != one
    assert (renamed == Pseudonyms(key).uid(two)) == (one == two)
    assert (renamed == Pseudonyms(other).uid(one)) == (key == other)


def test_uids_of_the_standard_stay() -> None:
    assert Pseudonyms(b"k" * 16).uid("1.2.840.10008.1.2.1") == UID("1.2.840.10008.1.2.1")
