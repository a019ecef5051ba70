from __future__ import annotations

import os
from pathlib import Path

import pydicom
import pytest
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.content import is_dicom
from leakwatch.dicom.find import find_inputs
from leakwatch.dicom.read import read_run
from leakwatch.errors import UsageError


@pytest.fixture
def folder(write_xa, scene, tmp_path):
    """Two runs, one without a suffix, one named like a text; a note named like a run."""
    write_xa(scene, "in/b/run")
    write_xa(scene, "in/a.txt")
    (tmp_path / "in" / "note.dcm").write_text("not DICOM at all")
    (tmp_path / "in" / "empty").touch()
    return tmp_path / "in"


def names(paths, base):
    return [str(path.relative_to(base)) for path in paths]


def test_folder_is_searched_by_content(folder):
    found = find_inputs([folder])
    assert names(found.files, folder) == ["a.txt", "b/run"]
    assert names(found.skipped, folder) == ["empty", "note.dcm"]
    assert found.named == frozenset()
    assert found.unreadable == ()


def test_named_file_is_a_candidate_whatever_it_holds(folder):
    found = find_inputs([folder / "note.dcm"])
    assert found.files == (folder / "note.dcm",)
    assert found.named == {folder / "note.dcm"}


def test_order_is_as_given_and_repeats_count_once(folder):
    found = find_inputs([folder / "b", folder, folder / "a.txt"])
    assert names(found.files, folder) == ["b/run", "a.txt"]
    assert found.named == {folder / "a.txt"}


def test_missing_path_is_a_mistake_of_the_user(tmp_path):
    with pytest.raises(UsageError, match="nowhere: there is no such file or folder"):
        find_inputs([tmp_path / "nowhere"])


def test_link_that_goes_round_in_circles_cannot_be_looked_at(tmp_path):
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(UsageError, match=r"round: cannot be looked at \(Too many levels"):
        find_inputs([tmp_path / "round"])


def test_pipe_is_not_opened(folder):
    os.mkfifo(folder / "pipe")
    assert folder / "pipe" in find_inputs([folder]).skipped
    with pytest.raises(UsageError, match="pipe: is neither a file nor a folder"):
        find_inputs([folder / "pipe"])


def test_links_in_a_folder_are_not_followed(folder, write_xa, scene, tmp_path):
    outside = write_xa(scene, "outside/secret")
    (folder / "file").symlink_to(outside)
    (folder / "up").symlink_to(outside.parent)
    (folder / "loop").symlink_to(folder)
    found = find_inputs([folder])
    assert names(found.files, folder) == ["a.txt", "b/run"]
    assert {"file", "up", "loop"} <= set(names(found.skipped, folder))


def test_link_that_was_named_is_followed(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert names(find_inputs([link]).files, link) == ["a.txt", "b/run"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_entries_are_reported(folder):
    (folder / "b").chmod(0)
    (folder / "a.txt").chmod(0)
    try:
        found = find_inputs([folder])
    finally:
        (folder / "b").chmod(0o700)
    assert {entry.path for entry in found.unreadable} == {folder / "b", folder / "a.txt"}
    assert all("Permission denied" in entry.why for entry in found.unreadable)


@pytest.fixture
def dicomdir(folder):
    def write(*references):
        directory = Dataset()
        directory.file_meta = FileMetaDataset()
        directory.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        directory.file_meta.MediaStorageSOPClassUID = uid.MediaStorageDirectoryStorage
        directory.file_meta.MediaStorageSOPInstanceUID = "2.25.5"
        directory.DirectoryRecordSequence = []
        for reference in references:
            record = Dataset()
            record.add_new("ReferencedFileID", "CS", reference)
            directory.DirectoryRecordSequence.append(record)
        pydicom.dcmwrite(folder / "DICOMDIR", directory, enforce_file_format=True)
        return folder / "DICOMDIR"

    return write


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")  # lower case names, to write them at all
def test_dicomdir_stands_for_what_it_lists(folder, dicomdir):
    path = dicomdir(["b", "run"], "gone")
    found = find_inputs([path])
    assert names(found.files, folder) == ["b/run"]
    assert [entry.why for entry in found.unreadable] == [
        f"{folder / 'gone'}: is listed in DICOMDIR but is not there"
    ]
    assert path in find_inputs([folder]).skipped


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_dicomdir_cannot_lead_out_of_its_folder(dicomdir):
    found = find_inputs([dicomdir(["..", "outside"])])
    assert found.files == ()
    assert "leads out of its folder" in found.unreadable[0].why


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
@pytest.mark.parametrize(
    ("stated", "name"),
    [
        (["B", "RUN"], "b/run"),
        (["B", "IMG001"], "b/img001"),
        (["B", "IMG001"], "b/IMG001.;1"),
        (["B", "IMG001"], "b/IMG001;1"),
        (["B", "IMG001"], "b/img001."),
        (["b", "IMG001.DCM"], "b/img001.dcm;12"),
    ],
)
def test_dicomdir_finds_names_as_media_show_them(folder, dicomdir, write_xa, scene, stated, name):
    write_xa(scene, f"in/{name}")
    found = find_inputs([dicomdir(stated)])
    assert (names(found.files, folder), found.unreadable) == ([name], ())


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_dicomdir_takes_the_exact_name_first(folder, dicomdir, write_xa, scene):
    for name in ("RUN", "Run", "run"):
        write_xa(scene, f"in/c/{name}")
    assert names(find_inputs([dicomdir(["c", "Run"])]).files, folder) == ["c/Run"]


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_dicomdir_goes_on_after_a_bad_record(folder, dicomdir):
    bad = [["..", "b", "run"], ["b/../../x", "y"], [".", "b", "run"], ["b"] * 9]
    found = find_inputs([dicomdir(*bad, ["b", "run"])])
    assert names(found.files, folder) == ["b/run"]
    (trouble,) = found.unreadable
    assert trouble.why.endswith("Referenced File ID (0004,1500) of 4 records leads out of its folder")


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_dicomdir_cannot_lead_out_by_links(folder, dicomdir, write_xa, scene):
    outside = write_xa(scene, "outside/secret")
    (folder / "link").symlink_to(outside)
    (folder / "way").symlink_to(outside.parent)
    (folder / "inside").symlink_to(folder / "b" / "run")
    found = find_inputs([dicomdir("link", ["way", "secret"], "inside")])
    assert names(found.files, folder) == ["inside"]
    assert [trouble.why for trouble in found.unreadable] == [
        f"{folder / name}: is listed in DICOMDIR but leads out of its folder by a link"
        for name in ("link", "way/secret")
    ]


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_dicomdir_that_lists_itself_or_another_is_not_followed(folder, dicomdir):
    other = dicomdir(["b", "run"]).rename(folder / "OTHER")
    path = dicomdir("DICOMDIR", "OTHER", ["b", "run"], ["b", "run"], "b")
    found = find_inputs([path])
    assert names(found.files, folder) == ["b/run"]
    assert set(found.skipped) == {path, other}
    assert [trouble.path.name for trouble in found.unreadable] == ["b"]


@pytest.mark.parametrize("offset", [0, 1, 376, 0xFFFFFFFF])
@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_record_offsets_are_not_followed(folder, dicomdir, offset):
    """Whether they lead round in circles, into the middle of a record or nowhere."""
    path = dicomdir(["b", "run"], "a.txt")
    directory = pydicom.dcmread(path)
    directory.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = offset
    for record in directory.DirectoryRecordSequence:
        record.OffsetOfTheNextDirectoryRecord = offset
        record.OffsetOfReferencedLowerLevelDirectoryEntity = offset
    directory.save_as(path)
    assert names(find_inputs([path]).files, folder) == ["b/run", "a.txt"]


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_large_dicomdir_lists_each_folder_once(folder, dicomdir, monkeypatch):
    listed = []
    real = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: listed.append(path) or real(path))
    found = find_inputs([dicomdir(*(["B", f"IM{number}"] for number in range(10_000)), ["B", "RUN"])])
    assert names(found.files, folder) == ["b/run"]
    assert len(found.unreadable) == 10_000
    assert len(listed) == 2


@pytest.mark.parametrize("length", [400, 440, -30])
def test_broken_dicomdir_is_one_sentence(folder, dicomdir, length):
    path = dicomdir("A", "B", "C")
    content = path.read_bytes()
    path.write_bytes(content[:length])
    found = find_inputs([path])
    assert found.files == ()
    assert len(found.unreadable) >= 1
    assert all("\n" not in trouble.why for trouble in found.unreadable)


def test_folders_however_deep_are_searched(write_xa, scene, tmp_path):
    deep = "/".join(["d"] * 200)
    path = write_xa(scene, f"in/{deep}/run")
    assert find_inputs([tmp_path / "in"]).files == (path,)


@pytest.mark.parametrize(
    "syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian]
)
def test_file_without_preamble_is_dicom(write_xa, scene, syntax, tmp_path):
    path = write_xa(scene, syntax=syntax, bits_stored=12)
    dataset = pydicom.dcmread(path)
    bare = tmp_path / "bare"
    implicit, little = dataset.original_encoding
    del dataset.file_meta
    dataset.preamble = None
    pydicom.dcmwrite(bare, dataset, implicit_vr=implicit, little_endian=little)
    assert bare.read_bytes()[128:132] != b"DICM"
    assert is_dicom(bare)
    assert read_run(bare, DicomConfig()).frames == 4


@pytest.mark.parametrize(
    "content",
    [b"", b"\x08\x00", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, b"\0" * 400, b"II*\0" + b"\x08\0\0\0" * 40],
)
def test_other_files_are_not_dicom(tmp_path, content):
    path = Path(tmp_path, "other")
    path.write_bytes(content)
    assert not is_dicom(path)
