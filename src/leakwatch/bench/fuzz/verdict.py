"""What became of one input: read, refused with a sentence of some class, or something found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from leakwatch.bench.fuzz.seed import PLANTED

_LONGEST = 400
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|b'[^']*'")
_NUMBER = re.compile(r"(?<![A-Za-z])[-+]?(?:\d+(?:\.\d+)*(?:e[-+]?\d+)?|nan|inf)(?![A-Za-z])")
_TAG = re.compile(r"\([0-9A-F]{4},[0-9A-F]{4}\)")
_SENTENCE_END = re.compile(r"[.!?]\s+[A-Z]")


class Kind(StrEnum):
    """What can be wrong, most severe first."""

    CRASH = "crash"
    HANG = "hang"
    MEMORY = "memory"
    LEAK = "leak"
    EXCEPTION = "exception"
    WRONG = "wrong"
    UNFORESEEN = "unforeseen"
    MESSAGE = "message"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong; findings of the same kind and `what` count as one."""

    kind: Kind
    what: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader has to say of an input.

    Attributes
    ----------
    runs
        How many runs, or outline files, were read with all their frames.
    refusals
        A sentence for each file, or frame, that was refused.
    remarks
        Everything else a user would see: warnings, what is written to results.
    faults
        What is wrong with what was read.
    """

    runs: int
    refusals: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input; `classes` are its refusals, normalised, each once."""

    read: bool
    classes: tuple[str, ...]
    findings: tuple[Finding, ...]


def judge(told: Told, folder: str) -> Outcome:
    """Hold everything that was told against the rules; `folder` is taken out of the sentences."""
    findings = [Finding(Kind.WRONG, normalised(fault, folder)) for fault in told.faults]
    for text in (*told.refusals, *told.remarks):
        bare = text.replace(folder, "")
        if PLANTED in bare:
            findings.append(Finding(Kind.LEAK, normalised(text, folder)))
        if not text.isprintable():
            findings.append(Finding(Kind.MESSAGE, f"not printable: {normalised(text, folder)}"))
        if len(bare) > _LONGEST:
            findings.append(Finding(Kind.MESSAGE, f"over {_LONGEST} characters: {normalised(text, folder)}"))
        if _SENTENCE_END.search(_QUOTED.sub("'...'", bare)):
            findings.append(Finding(Kind.MESSAGE, f"more than a sentence: {normalised(text, folder)}"))
    for text in told.refusals:
        if "the header cannot be read (" in text:
            findings.append(Finding(Kind.UNFORESEEN, normalised(text, folder)))
    classes = tuple(dict.fromkeys(normalised(text, folder) for text in told.refusals))
    return Outcome(bool(told.runs) and not told.refusals, classes, tuple(dict.fromkeys(findings)))


def normalised(text: str, folder: str) -> str:
    """Take out of a sentence what differs from file to file: names, numbers, quoted values."""
    text = re.sub(re.escape(folder) + r"[^\s:,]*", "FILE", text)
    text = _QUOTED.sub("'...'", text)
    tags: list[str] = _TAG.findall(text)
    text = _NUMBER.sub("N", _TAG.sub("\0", text))
    for tag in tags:
        text = text.replace("\0", tag, 1)
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown.replace(PLANTED, "PLANTED")[:240].strip()
