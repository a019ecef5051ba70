from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import UID

from leakwatch.config import Config
from leakwatch.objects.identity import Identity, identity_of

from .conftest import Written

ONE = Identity("1.2.3", "abc", "0.1.0")


@given(st.text(max_size=20), st.text(max_size=40), st.text(max_size=10), st.text(max_size=20))
def test_uids_are_valid_and_the_same_for_the_same(run: str, digest: str, version: str, kind: str) -> None:
    uid = Identity(run, digest, version).uid(kind)
    assert UID(uid).is_valid
    assert uid.startswith("2.25.")
    assert uid == Identity(run, digest, version).uid(kind)


@pytest.mark.parametrize("field", ["sop_instance_uid", "config_digest", "version"])
def test_another_analysis_has_other_uids(field: str) -> None:
    assert replace(ONE, **{field: "other"}).uid("report") != ONE.uid("report")


def test_each_kind_has_its_own() -> None:
    assert ONE.uid("report") != ONE.uid("overlay")


def test_a_series_with_another_picture_is_another_run(leaking: Written) -> None:
    """The first picture names the run; the others say which it is."""
    analysed = leaking.analysed
    run = replace(analysed.run, paths=analysed.run.paths * analysed.run.frames)
    shorter = replace(run, paths=run.paths[:-1], times_s=run.times_s[:-1])
    uids = {
        identity_of(replace(analysed, run=one), Config(), "0.1.0").uid("report")
        for one in (run, shorter, run)
    }
    assert len(uids) == 2
