import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from leakwatch.bench.observers.mixture import Mixture, knn, mog2
from leakwatch.bench.observers.outlined import area_outside_mm2, bone_of, shifted
from leakwatch.bench.observers.plain import LEARN_S, OBSERVERS, watch
from leakwatch.bench.observers.subtraction import Subtraction
from leakwatch.bench.tables import read_case_facts
from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.nouns import CArm, Frame, Outline, Run, Site
from leakwatch.outline.given import load_outlines
from leakwatch.simulate.case import WrittenCase
from leakwatch.simulate.testing import tiny_case
from leakwatch.source.runs import read_runs

MakeRun = Callable[..., Run]
SIDE = 128
# Of a size at which OpenCV 4 would write into the pictures it compares.
SQUARE = {
    "rows": SIDE,
    "columns": SIDE,
    "geometry": CArm(0.0, 0.0, 1000.0, 500.0, (1.0, 1.0)),
}
PIXEL_MM2 = 0.25


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenCase:
    return tiny_case(tmp_path_factory.mktemp("plain"), "lateral", size_px=SIDE)


@pytest.fixture(scope="module")
def run(written: WrittenCase) -> Run:
    return read_runs(find_inputs([written.folder / "dicom"]), Config().dicom, Config().video).runs[0]


def bone() -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), np.bool_)
    mask[40:80, 40:80] = True
    return mask


def pictures(count: int, seed: int = 4) -> list[Frame]:
    """One uneven background in white noise, frame after frame."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.uniform(0.0, 2.0, (16, 16)), np.ones((8, 8)))
    valid = np.ones((SIDE, SIDE), np.bool_)
    return [
        Frame(
            index,
            index / 7.5,
            (coarse + 0.02 * rng.standard_normal(coarse.shape)).astype(np.float32),
            valid,
        )
        for index in range(count)
    ]


def watcher_of(name: str, run: Run) -> Subtraction | Mixture:
    return {"subtraction": Subtraction, "mog2": mog2, "knn": knn}[name](run, bone())


def with_block(frame: Frame, rows: slice, columns: slice) -> Frame:
    attenuation = frame.attenuation.copy()
    attenuation[rows, columns] += np.float32(0.7)
    return Frame(frame.index, frame.time_s, attenuation, frame.valid)


@pytest.mark.parametrize("name", OBSERVERS)
def test_what_darkens_outside_the_bone_is_measured(name: str, make_run: MakeRun) -> None:
    watcher = watcher_of(name, make_run(**SQUARE))
    *before, last = pictures(13)
    for frame in before:
        watcher.area_mm2(frame, learning=frame.index < 8)
    # 8 x 12 pixels, of which 8 x 6 lie outside; smoothing may widen them by 3 pixels on every side.
    area_mm2 = watcher.area_mm2(with_block(last, slice(60, 68), slice(74, 86)), learning=False)
    assert 0.8 * 8 * 6 <= area_mm2 / PIXEL_MM2 <= 14 * 9


@pytest.mark.parametrize("name", OBSERVERS)
def test_while_learning_nothing_is_said(name: str, make_run: MakeRun) -> None:
    watcher = watcher_of(name, make_run(**SQUARE))
    said = [watcher.area_mm2(frame, learning=frame.index < 8) for frame in pictures(12)]
    assert [math.isnan(value) for value in said] == [True] * 8 + [False] * 4


@pytest.mark.parametrize("name", OBSERVERS)
def test_the_frame_is_left_as_it_is(name: str, make_run: MakeRun) -> None:
    watcher = watcher_of(name, make_run(**SQUARE))
    for frame in pictures(10):
        before = frame.attenuation.copy()
        watcher.area_mm2(frame, learning=frame.index < 8)
        assert np.array_equal(frame.attenuation, before)


def test_a_picture_that_moves_as_a_whole_is_followed(make_run: MakeRun) -> None:
    watcher = watcher_of("subtraction", make_run(**SQUARE))
    *before, last = pictures(13)
    for frame in before:
        watcher.area_mm2(frame, learning=frame.index < 8)
    moved = Frame(last.index, last.time_s, np.roll(last.attenuation, 3, axis=1), last.valid)
    rim = 3 * SIDE * PIXEL_MM2
    assert watcher.area_mm2(moved, learning=False) <= rim


def test_a_plain_leak_is_found_after_it_started(written: WrittenCase, run: Run) -> None:
    onset = read_case_facts(written.truth / "case.json").runs[0].onset_frame
    assert onset is not None
    traces = watch(run, load_outlines(written.outline))
    assert tuple(trace.observer for trace in traces) == OBSERVERS
    for trace in traces:
        assert trace.sop_instance_uid == run.sop_instance_uid
        silent = [math.isnan(value) for value in trace.statistic]
        assert silent == list(run.times_s < LEARN_S)
    subtraction = traces[0]
    assert subtraction.alarm_frame is not None
    assert onset <= subtraction.alarm_frame <= onset + 6


def test_without_an_outline_nothing_can_be_said(written: WrittenCase, run: Run) -> None:
    other = Outline("1.2.3", 0, Site.OTHER, "x", np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0]]))
    for trace in watch(run, [other]):
        assert trace.alarm_frame is None
        assert len(trace.statistic) == run.frames
        assert all(math.isnan(value) for value in trace.statistic)


def test_without_a_pixel_size_there_is_no_area(make_run: MakeRun) -> None:
    found = np.ones((SIDE, SIDE), np.bool_)
    assert math.isnan(area_outside_mm2(found, bone(), make_run(**SQUARE | {"geometry": CArm()})))
    expected = (SIDE**2 - 1600) * PIXEL_MM2
    assert area_outside_mm2(found, bone(), make_run(**SQUARE)) == pytest.approx(expected)


def test_specks_are_not_counted(make_run: MakeRun) -> None:
    found = np.zeros((SIDE, SIDE), np.bool_)
    found[10, 10] = found[20:22, 20:22] = True
    assert area_outside_mm2(found, bone(), make_run(**SQUARE)) == 0.0


def test_all_outlines_of_a_run_are_one_bone(make_run: MakeRun) -> None:
    run = make_run(**SQUARE)
    corners = np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]])
    outlines = [
        Outline(uid, 0, Site.OTHER, "x", corners + offset)
        for uid, offset in ((run.sop_instance_uid, 0), (run.sop_instance_uid, 50), ("9.9", 100))
    ]
    mask = bone_of(run, outlines)
    assert mask is not None
    assert mask[5, 5]
    assert mask[55, 55]
    assert not mask[105, 105]
    assert bone_of(run, outlines[2:]) is None


def test_a_mask_moves_right_and_down() -> None:
    assert np.array_equal(shifted(bone(), 3.0, -2.0), np.roll(bone(), (-2, 3), (0, 1)))


def test_the_same_frames_give_the_same_traces(written: WrittenCase, run: Run) -> None:
    outlines = load_outlines(Path(written.outline))
    assert repr(watch(run, outlines)) == repr(watch(run, outlines))
