from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from leakwatch.inspect import words
from leakwatch.inspect.inspection import Entry, Partner
from leakwatch.inspect.kinds import Kind, kind_of, stored_as
from leakwatch.inspect.pace import measure_pace
from leakwatch.nouns import CArm, Medium, PerFrame, Plane, Run

Make = Callable[..., Entry]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0, "0.0 s"), (59.94, "59.9 s"), (60.0, "1 min 00 s"), (125.4, "2 min 05 s"), (7260.0, "2 h 01 min")],
)
def test_duration(seconds: float, told: str) -> None:
    assert words.duration_words(seconds) == told


@pytest.mark.parametrize(
    ("steps_s", "told"),
    [
        ([0.1] * 5, "10 frames/s"),
        ([0.1, 0.25, 0.1, 0.2], "uneven, 4-10 frames/s"),
        ([0.1, 0.1, 12.3, 0.1], "10 frames/s, a pause of 12.3 s"),
        ([0.1, 0.1, 12.3, 0.1, 2.0, 0.25, 0.1, 0.1], "uneven, 4-10 frames/s, 2 pauses, the longest 12.3 s"),
        ([], "no rate"),
    ],
)
def test_rate(steps_s: list[float], told: str) -> None:
    assert words.rate_words(measure_pace(np.cumsum([0.0, *steps_s]))) == told


@pytest.mark.parametrize(
    ("numbers", "total", "told"),
    [
        ((1,), 1, "run 1"),
        ((1, 2), 2, "both runs"),
        ((1, 2, 3), 3, "all 3 runs"),
        ((3,), 9, "run 3"),
        ((1, 2, 3, 7), 9, "runs 1-3, 7"),
        ((1, 3, 5, 7, 9), 11, "5 of 11 runs"),
    ],
)
def test_numbers(numbers: tuple[int, ...], total: int, told: str) -> None:
    assert words.numbers_words(numbers, total) == told


@pytest.mark.parametrize(
    ("gap_s", "long", "short"),
    [
        (0.0, "other plane is run 2, same start", "run 2"),
        (0.25, "other plane is run 2, starting 0.25 s later", "run 2 at +0.25 s"),
        (-0.25, "other plane is run 2, starting 0.25 s earlier", "run 2 at -0.25 s"),
        (None, "other plane is run 2, start not stated", "run 2"),
    ],
)
def test_partner(make_entry: Make, gap_s: float | None, long: str, short: str) -> None:
    entry = make_entry(plane=Plane.A, partner=Partner(2, gap_s, "reference"))
    assert (words.partner_words(entry), words.partner_short(entry)) == (long, short)


def test_partner_that_is_not_there(make_entry: Make) -> None:
    assert words.partner_words(make_entry()) == ""
    assert words.partner_words(make_entry(partners=("1.9",))) == "other plane not found"
    assert words.partner_short(make_entry(plane=Plane.B)) == "not found"


def test_pixel_size(make_entry: Make) -> None:
    assert words.size_words(make_entry().run) == "0.262 x 0.196"
    square = make_entry(geometry=CArm(isocentre_pixel_mm=(0.3, 0.3))).run
    assert words.pixel_words(square) == "0.300 mm at the isocentre"
    assert words.pixel_words(make_entry(geometry=CArm()).run) == "size not known"


def test_bits(make_entry: Make) -> None:
    chain = make_entry().run.intensity
    assert words.matrix_words(make_entry().run) == "50 x 40, 10 bits"
    other = make_entry(intensity=replace(chain, signed=True, inverted=True)).run
    assert words.bits_words(other) == "10 bits signed, MONOCHROME1"


def test_what_moves_is_said(make_entry: Make) -> None:
    still = PerFrame(primary_deg=np.full(10, 30.0), table_mm=np.zeros((10, 3)))
    table_mm = np.zeros((10, 3))
    table_mm[5:, 1] = 40.0
    moving = PerFrame(primary_deg=np.append(np.linspace(0, 20, 9), np.nan), table_mm=table_mm)
    assert words.view_words(make_entry(per_frame=still).run) == "AP"
    assert words.view_words(make_entry(per_frame=moving).run) == (
        "AP, the arm turns by 20°, the table moves by 40 mm"
    )


@pytest.mark.parametrize(
    ("sop_class", "kind"),
    [
        ("1.2.840.10008.5.1.4.1.1.12.1", Kind.XA),
        ("1.2.840.10008.5.1.4.1.1.12.2", Kind.RF),
        ("1.2.840.10008.5.1.4.1.1.12.1.1", Kind.ENHANCED_XA),
        ("1.2.840.10008.5.1.4.1.1.12.2.1", Kind.ENHANCED_XRF),
        ("1.2.840.10008.5.1.4.1.1.12.3", Kind.BIPLANE_XA),
        ("1.2.840.10008.5.1.4.1.1.7", Kind.CAPTURE),
        ("1.2.840.10008.5.1.4.1.1.7.3", Kind.CAPTURE),
        ("", Kind.XA),
    ],
)
def test_kind(make_run: Callable[..., Run], sop_class: str, kind: Kind) -> None:
    assert kind_of(make_run(tags={"SOPClassUID": sop_class})) is kind


def test_kind_and_storage_of_a_video(make_run: Callable[..., Run]) -> None:
    video = make_run(medium=Medium.VIDEO, tags={"Codec": "h264", "Container": "MP4"})
    assert (kind_of(video), stored_as(video)) == (Kind.VIDEO, "h264 in MP4")


@pytest.mark.parametrize(
    ("syntax", "told"),
    [
        ("1.2.840.10008.1.2", "uncompressed"),
        ("1.2.840.10008.1.2.4.90", "JPEG 2000 lossless"),
        # one that has no short name here has the dictionary's
        ("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1"),
        ("1.2.3.4", "another transfer syntax"),
    ],
)
def test_storage(make_run: Callable[..., Run], syntax: str, told: str) -> None:
    assert stored_as(make_run(tags={"TransferSyntaxUID": syntax})) == told


def test_a_subtracted_run_is_said_to_be_one(make_entry: Make) -> None:
    chain = make_entry().run.intensity
    assert words.intensity_words(make_entry().run) == "monotone: no volume"
    subtracted = make_entry(intensity=replace(chain, subtracted=True)).run
    assert "nothing will be decided" in words.intensity_words(subtracted)
