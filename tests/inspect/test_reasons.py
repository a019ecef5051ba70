from pathlib import Path

from leakwatch.inspect.reasons import count_reasons, without_path
from leakwatch.source.runs import Fate, NotRun

CLASS = "SOP Class UID (0008,0016) is"


def other(name: str, sentence: str) -> NotRun:
    return NotRun(Path(name), Fate.OTHER, f"{name}: {sentence}")


def test_files_are_counted_by_what_they_are() -> None:
    files = [
        other("a", f"{CLASS} 'MR Image Storage' and Modality (0008,0060) 'MR', not a fluoroscopy run"),
        *(
            other(name, f"{CLASS} 'CT Image Storage' and Modality (0008,0060) 'CT', not a fluoroscopy run")
            for name in "bc"
        ),
    ]
    groups = count_reasons(files)
    assert [(group.reason, len(group.files)) for group in groups] == [
        ("CT Image Storage", 2),
        ("MR Image Storage", 1),
    ]


def test_captures_are_told_apart_by_modality() -> None:
    name = "Secondary Capture Image Storage"
    files = [
        other("a", f"{CLASS} '{name}' and Modality (0008,0060) 'US', not a fluoroscopy run"),
        other("b", f"{CLASS} '{name}' and Modality (0008,0060) 'empty', not a fluoroscopy run"),
    ]
    assert {group.reason for group in count_reasons(files)} == {f"{name}, modality US", name}


def test_other_sentences_count_together_whatever_their_numbers() -> None:
    files = [other("a/1.dcm", "it has 3 of 9"), other("b/2.dcm", "it has 4 of 7")]
    (group,) = count_reasons(files)
    assert (group.reason, len(group.files)) == ("it has # of #", 2)


def test_single_pictures_and_failed_series_have_words_of_their_own() -> None:
    files = [
        other("a", "Number of Frames (0028,0008) is 1, too few for a fluoroscopy run (at least 2)"),
        other("b", "belongs to the series of folder/first.dcm, which failed"),
        other("c", "belongs to the series of folder/other.dcm, which failed"),
    ]
    assert {group.reason: len(group.files) for group in count_reasons(files)} == {
        "a single picture, which shows no spread": 1,
        "a picture of a series that failed": 2,
    }


def test_path_that_cannot_be_shown_is_taken_off() -> None:
    assert without_path(NotRun(Path("a\n\udcff"), Fate.FAILED, "a??: is broken")) == "is broken"


def test_path_is_taken_off() -> None:
    assert without_path(other("a/b.dcm", "is broken")) == "is broken"
