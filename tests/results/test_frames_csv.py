import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from leakwatch.nouns import CArm, FrameResult, Motion, Reason, Run, State
from leakwatch.results.frames_csv import FramesCsv

CONTRACT = [
    *("frame", "time_s", "cement_area_mm2", "leak_area_mm2", "dx_mm", "dy_mm", "rotation_deg"),
    *("state", "reason", "evidence", "threshold", "latency_ms"),
]


def table(path: Path, run: Run, *results: FrameResult) -> list[dict[str, str]]:
    with FramesCsv(path, run) as writer:
        for result in results:
            writer.add(result)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_columns_begin_as_promised(tmp_path: Path, make_run: Callable[..., Run]) -> None:
    table(tmp_path / "f.csv", make_run())
    header = (tmp_path / "f.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header[: len(CONTRACT)] == CONTRACT
    assert header[len(CONTRACT) :] == [
        *("dx_px", "dy_px", "cement_area_px", "leak_area_px", "motion_quality"),
        *("cement_volume_ul", "cement_volume_low_ul", "cement_volume_high_ul"),
        *("leak_volume_ul", "leak_volume_low_ul", "leak_volume_high_ul"),
    ]


def test_millimetres_take_the_spacing_of_their_own_direction(
    tmp_path: Path, make_run: Callable[..., Run], make_result: Callable[..., FrameResult]
) -> None:
    # row spacing 0.4, column spacing 0.2, halved at the isocentre
    run = make_run(geometry=CArm(0.0, 0.0, 1000.0, 500.0, (0.4, 0.2)))
    (row,) = table(
        tmp_path / "f.csv",
        run,
        make_result(motion=Motion(10.0, 10.0, 1.5, 0.8), cement_area_px=100, leak_area_px=50),
    )
    assert float(row["dx_mm"]) == pytest.approx(1.0)
    assert float(row["dy_mm"]) == pytest.approx(2.0)
    assert float(row["cement_area_mm2"]) == pytest.approx(2.0)
    assert float(row["leak_area_mm2"]) == pytest.approx(1.0)
    assert (row["dx_px"], row["cement_area_px"], row["leak_area_px"]) == ("10.00000", "100", "50")
    assert (float(row["rotation_deg"]), float(row["motion_quality"])) == (1.5, 0.8)


def test_without_geometry_millimetres_are_empty_and_pixels_are_not(
    tmp_path: Path, make_run: Callable[..., Run], make_result: Callable[..., FrameResult]
) -> None:
    (row,) = table(tmp_path / "f.csv", make_run(geometry=CArm()), make_result(cement_area_px=7))
    assert [row[name] for name in ("cement_area_mm2", "leak_area_mm2", "dx_mm", "dy_mm")] == [""] * 4
    assert (row["cement_area_px"], row["rotation_deg"]) == ("7", "0.00000")


def test_undefined_is_empty_never_zero(
    tmp_path: Path, make_run: Callable[..., Run], make_result: Callable[..., FrameResult]
) -> None:
    (row,) = table(
        tmp_path / "f.csv",
        make_run(),
        make_result(
            motion=None,
            cement_area_px=None,
            leak_area_px=None,
            evidence=None,
            threshold=float("nan"),
            state=State.NO_DECISION,
            reason=Reason.MOTION,
        ),
    )
    kept = {"frame", "time_s", "state", "reason", "latency_ms"}
    assert {name for name, cell in row.items() if cell} == kept
    assert (row["state"], row["reason"]) == ("no_decision", "motion")


def test_no_negative_zero(
    tmp_path: Path, make_run: Callable[..., Run], make_result: Callable[..., FrameResult]
) -> None:
    (row,) = table(tmp_path / "f.csv", make_run(), make_result(motion=Motion(-1e-9, -0.0, -1e-12, 1.0)))
    assert (row["dx_mm"], row["dy_mm"], row["rotation_deg"]) == ("0.00000",) * 3
