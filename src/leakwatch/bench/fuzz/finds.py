"""What fuzzing has found, as recipes: tried again by every test run."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.bench.fuzz.recipe import Mutation, Recipe


@dataclass(frozen=True, slots=True)
class Find:
    """A fault that was found.

    Attributes
    ----------
    name
        For people.
    recipe
        The smallest input that showed it.
    still
        Empty once mended; else the module at fault and what is wrong.
    """

    name: str
    recipe: Recipe
    still: str = ""


FINDS = (
    Find(
        "a SOP class that swallows the header is quoted with the patient's name in it",
        Recipe("vector", (Mutation(0, "length", "00020002#0", "4096"),)),
    ),
    Find(
        "a Modality that swallows the next elements is quoted",
        Recipe(
            "explicit", (Mutation(0, "length", "00080060#0", "60"), Mutation(0, "drop", "00080070#0", ""))
        ),
    ),
    Find(
        "a parser's warning that quotes values reaches the log",
        Recipe("monochrome1", (Mutation(0, "number", "0020000E#0", "1e-300"),)),
    ),
    Find(
        "a video filled with zeros ends the demuxer early",
        Recipe("mkv", (Mutation(0, "fill", "283", "1392:0"),)),
    ),
    Find(
        "an element that should be a sequence is a number",
        Recipe("capture", (Mutation(0, "name", "00280002#0", "00081140"),)),
    ),
    Find(
        "a Basic Offset Table with a wrong length",
        Recipe("jpeg_12", (Mutation(0, "number", "FFFEE000#0", "4294967295\\65535"),)),
    ),
    Find(
        "a foreign file's Modality that is no code is warned of, aloud",
        Recipe("dicomdir", (Mutation(2, "value", "00080060#0", ".."),)),
    ),
    Find(
        "a Transfer Syntax UID that swallows the next elements is printed",
        Recipe("j2k_fragments", (Mutation(0, "length", "00020010#0", "255"),)),
    ),
    Find(
        "a person's name stands where a sequence of images should",
        Recipe("jpeg_12", (Mutation(0, "put", "00081140", "PN=12"),)),
    ),
    Find(
        "a demuxer that ends at once",
        Recipe("mkv", (Mutation(0, "number", "18538067#0", "2147483647\\4294967295\\15\\-1"),)),
    ),
    Find(
        "a demuxer that welcomes patches",
        Recipe("mkv", (Mutation(0, "splice", "39", "1757:1590"),)),
    ),
    Find(
        "an AVI with a lost picture",
        Recipe("avi", (Mutation(0, "name", "00dc#2", "av\u00e9h"),)),
    ),
    Find(
        "an RLE header that points beyond the frame, which the decoder follows",
        Recipe("rle", (Mutation(0, "flip", "2427", "6"),)),
    ),
    Find(
        "an AVI whose index counts a picture that its chunks do not",
        Recipe("avi", (Mutation(0, "length", "00dc#0", "65534"),)),
    ),
    Find(
        "zeros where value representations should be",
        Recipe("capture", (Mutation(0, "fill", "481", "1115:0"),)),
    ),
    Find(
        "a Modality that is a sequence, with whatever is in it",
        Recipe("explicit", (Mutation(0, "put", "00080060", "SQ:DERIVED\\PRIMARY\\SUBTRACTED"),)),
    ),
    Find(
        "a value representation of file meta information that nobody knows",
        Recipe("rle", (Mutation(0, "splice", "163", "6281:61"),)),
    ),
    Find(
        "a stamp that is a sequence",
        Recipe("enhanced", (Mutation(0, "put", "0008002A", "SQ:PALETTE COLOR"),)),
    ),
    Find(
        "a damaged MJPEG picture",
        Recipe("avi", (Mutation(0, "overwrite", "6562", "00010000"),)),
        "video/stream.py: what the decoder cannot read is filled from an earlier picture, without a word",
    ),
)
"""Past finds, oldest first."""
