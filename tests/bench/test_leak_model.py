"""Fitting and calibrating the leak model: its records, its regression, its replay of the alarm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.bench.leak_model import score
from leakwatch.bench.leak_model.__main__ import main
from leakwatch.bench.leak_model.calibrate import Point, calibrate, largest_evidence
from leakwatch.bench.leak_model.fit import (
    Samples,
    fit,
    gather_leaks,
    gather_pools,
    held_out,
    log_odds_of,
)
from leakwatch.bench.leak_model.observe import candidates_of, observe
from leakwatch.bench.leak_model.record import Candidate, CaseRecord, RunRecord, from_line, to_line
from leakwatch.bench.steps import Step
from leakwatch.bench.survey.draw import draw
from leakwatch.config.imaging import AlarmConfig, ImagingConfig
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.credence import TERMS, Logistic, read_leak_model
from leakwatch.nouns import Frame

from ..imaging.conftest import Recording, record

ALARM = AlarmConfig(max_gain=2.0, max_loss=1.5)

numbers = st.floats(-1e3, 1e3)
times = st.floats(0, 1e3)
candidates = st.builds(
    Candidate,
    frame=st.integers(0, 500),
    track=st.integers(1, 99),
    share=st.floats(0, 1),
    terms=st.lists(numbers, max_size=5).map(tuple),
)
runs = st.builds(
    RunRecord,
    times_s=st.lists(times, max_size=5).map(tuple),
    start_s=times,
    onset_s=st.none() | times,
    first_leak_s=st.none() | times,
    candidates=st.lists(candidates, max_size=3).map(tuple),
    pools=st.lists(candidates, max_size=3).map(tuple),
    passed_over=st.lists(st.integers(0, 500), max_size=3).map(tuple),
)
cases = st.builds(
    CaseRecord,
    index=st.integers(0, 999),
    way=st.text(max_size=12),
    runs=st.lists(runs, max_size=2).map(tuple),
)


@settings(max_examples=50, deadline=None)
@given(cases)
def test_a_record_is_one_line_and_read_back(one: CaseRecord) -> None:
    line = to_line(one)
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert from_line(line) == one


def a_run(
    scores: list[float | None], passed_over: tuple[int, ...] = (), interval_s: float = 1 / 7.5
) -> RunRecord:
    """A run of one track with one term, its score, from its second frame on; None where it is not seen."""
    seen = tuple(
        Candidate(frame, 1, 0.0, (score,)) for frame, score in enumerate(scores, 1) if score is not None
    )
    return RunRecord(
        tuple(interval_s * k for k in range(len(scores) + 1)), 0.0, None, None, seen, (), passed_over
    )


def scores_of(*several: RunRecord) -> np.ndarray:
    return np.array([one.terms[0] for run in several for one in run.candidates])


@pytest.mark.parametrize(
    ("run", "largest"),
    [
        (a_run([]), 0.0),
        (a_run([-1.0, -2.0]), 0.0),
        (a_run([1.0, 0.5, -0.5]), 1.5),
        (a_run([2.0, 9.0, 1.0]), 5.0),
        (a_run([2.0, 2.0, None, 2.0]), 4.5),
        (a_run([2.0, 2.0, None, 2.0], passed_over=(3,)), 6.0),
        # forgotten, and begun anew
        (a_run([1.0, None, None, 1.5]), 1.5),
        (a_run([1.0, 1.0], interval_s=2 / 7.5), 4.0),
        (a_run([1.0, 1.0], interval_s=9.0), 6.0),
    ],
)
def test_the_largest_sum_of_a_run(run: RunRecord, largest: float) -> None:
    assert largest_evidence(run, scores_of(run), ALARM) == pytest.approx(largest)


def test_two_tracks_sum_apart() -> None:
    one = a_run([1.0, 1.0, 1.0])
    other = tuple(replace(c, track=2) for c in a_run([0.5, 0.5, 0.5, 1.0]).candidates)
    both = replace(one, times_s=tuple(k / 7.5 for k in range(5)), candidates=one.candidates + other)
    assert largest_evidence(both, scores_of(both), ALARM) == pytest.approx(3.0)


def test_false_alarms_are_counted_where_nothing_has_leaked() -> None:
    quiet = [[2.0], [2.0], [2.0], [2.0, 2.0], [2.0, 2.0], [2.0, 2.0], [2.0] * 3]
    records = [CaseRecord(k, "", (a_run(list(scores)),)) for k, scores in enumerate(quiet)]
    # runs of a leaking case stand between them, and their scores are not another's: one leaks from its first
    # frame, one after half its frames, in which it had reached 4
    late = replace(a_run([2.0] * 9), first_leak_s=2.9 / 7.5)
    records.insert(
        3, CaseRecord(90, "disc", (replace(late, first_leak_s=0.0), replace(late, times_s=late.times_s[:6])))
    )
    records.append(CaseRecord(91, "", (a_run([]),)))
    scores = scores_of(*(run for one in records for run in one.runs))
    # 4 and 6 were reached by 5 and 1 of 8 and a half, and nothing beyond; 2 is what one frame can add
    assert calibrate(records, scores, ALARM) == (
        Point(2.5, 5, 8.5),
        Point(4.5, 1, 8.5),
        Point(6.5, 0, 8.5),
    )


def test_a_rate_allows_for_the_next_run_to_be_the_worst() -> None:
    assert Point(2.5, 4, 8).rate == pytest.approx(5 / 9)
    assert Point(6.5, 0, 19).rate == pytest.approx(0.05)


def drawn(leak_of: np.ndarray, terms: np.ndarray, case_size: int = 10) -> Samples:
    return Samples(terms, leak_of, np.arange(len(terms)) // case_size)


def test_known_weights_are_found() -> None:
    rng = np.random.default_rng(1)
    terms = rng.normal((0.0, 5.0, -2.0), (1.0, 3.0, 0.5), (4000, 3))
    scaled = (terms - terms.mean(0)) / terms.std(0)
    odds = 1.5 * scaled[:, 0] - 1.0 * scaled[:, 1] - 0.8 * scaled[:, 2] ** 2 + 0.3
    found = fit(drawn(rng.random(4000) < 1 / (1 + np.exp(-odds)), terms))
    assert found.weights == pytest.approx([1.5, -1.0, 0.0], abs=0.3)
    assert found.squares == pytest.approx([0.0, 0.0, -0.8], abs=0.3)
    assert found.constant == pytest.approx(0.3, abs=0.3)
    np.testing.assert_allclose(log_odds_of(terms[:5], found), odds[:5], atol=0.8)


def test_what_tells_leaks_apart_for_certain_has_finite_odds() -> None:
    rng = np.random.default_rng(2)
    terms = rng.normal(0, 1, (400, 2))
    found = fit(drawn(terms[:, 0] > 0, terms))
    odds = log_odds_of(terms, found)
    assert found.weights[0] > 1
    assert np.isfinite(odds).all()
    assert ((odds > 0) == (terms[:, 0] > 0)).mean() > 0.97


def test_a_term_that_does_not_vary_says_nothing() -> None:
    rng = np.random.default_rng(3)
    terms = np.column_stack([rng.normal(0, 1, 300), np.full(300, 0.7)])
    found = fit(drawn(rng.random(300) < 0.5, terms))
    assert found.scale[1] == 1.0
    other = terms + np.array([0.0, 1e-3])
    np.testing.assert_allclose(log_odds_of(other, found), log_odds_of(terms, found), atol=1e-2)


def test_a_case_that_lasts_outweighs_the_others_by_the_root_alone() -> None:
    # the term's sign means the opposite in the one long case, which has as many frames as all others
    sign = np.tile([1.0, -1.0], 400)
    case = np.concatenate([np.repeat(np.arange(40), 10), np.full(400, 99)])
    leak = np.where(case == 99, sign < 0, sign > 0)
    assert fit(Samples(sign[:, None], leak, case)).weights[0] > 0.5


def test_scores_come_from_a_model_that_has_not_seen_the_case() -> None:
    rng = np.random.default_rng(4)
    case = np.repeat(np.arange(60), 8)
    # terms that name the case and nothing else, and a truth that goes with the case
    terms, leak = rng.normal(0, 1, (60, 25))[case], (rng.random(60) < 0.5)[case]
    samples = Samples(terms, leak, case)
    seen = ((log_odds_of(terms, fit(samples)) > 0) == leak).mean()
    apart = held_out(samples, 7)
    assert seen > 0.9
    assert ((apart > 0) == leak).mean() < 0.65
    # whatever the truth of a case is, its own scores do not know
    turned = Samples(terms, leak ^ (case == 5), case)
    again = held_out(turned, 7)
    np.testing.assert_array_equal(again[case == 5], apart[case == 5])
    assert (again != apart).any()
    np.testing.assert_array_equal(held_out(samples, 7), apart)


def test_candidates_are_gathered_in_order() -> None:
    one = a_run([0.1, 0.2])
    leaking = replace(one, candidates=tuple(replace(c, share=0.31) for c in one.candidates))
    records = [CaseRecord(4, "", (one,)), CaseRecord(2, "vein", (leaking, a_run([0.5])))]
    samples = gather_leaks(records)
    assert samples.terms.tolist() == [[0.1], [0.2], [0.1], [0.2], [0.5]]
    assert samples.true.tolist() == [False, False, True, True, False]
    assert samples.case.tolist() == [4, 4, 2, 2, 2]
    pools = [
        replace(r, runs=tuple(replace(x, candidates=(), pools=x.candidates) for x in r.runs)) for r in records
    ]
    assert gather_pools(pools).terms.tolist() == samples.terms.tolist()


@pytest.mark.parametrize("network", ["off", "weighs", "decides"])
def test_records_on_file_become_a_model_that_is_read(network: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)

    def observed(index: int) -> CaseRecord:
        leaking = index % 2 == 0
        seen = tuple(
            Candidate(k, 1, float(leaking), tuple(rng.normal(0.2 * leaking, 1, len(TERMS)).round(4).tolist()))
            for k in range(1, 20)
        )
        leak_s = 0.0 if leaking else None
        run = RunRecord(tuple(k / 7.5 for k in range(20)), 0.0, leak_s, leak_s, seen, seen[::-2], ())
        return CaseRecord(index, "disc" if leaking else "", (run,))

    records = [observed(index) for index in range(24)]
    lines = "".join(map(to_line, records))
    (tmp_path / f"seed-3-{network}.jsonl").write_text(lines, encoding="utf-8")
    path = tmp_path / "model.json"
    options = ["--cases", "24", "--seed", "3", "--jobs", "1", "--out", str(tmp_path), "--model", str(path)]
    assert main([*options, "--network", network]) == 0
    model = read_leak_model(path.read_text(encoding="utf-8"))
    assert (model.pool is None) == (network == "decides")
    for part, samples in ((model.leak, gather_leaks(records)), (model.pool, gather_pools(records))):
        if part is None:
            continue
        fitted = fit(samples)
        np.testing.assert_allclose(part.weights, fitted.weights, atol=1e-5)
        np.testing.assert_allclose(part.squares, fitted.squares, atol=1e-5)
        np.testing.assert_allclose(part.scale, fitted.scale, atol=1e-5)
    points = calibrate(records, held_out(gather_leaks(records), 3), AlarmConfig())
    assert model.thresholds.tolist() == [point.threshold for point in points]
    assert model.rates == pytest.approx([point.rate for point in points], abs=1e-5)


def watched(recording: Recording, frames: list[Frame]) -> tuple[RunRecord, np.ndarray, float]:
    """A run's record, the core's own scores of its candidates, and the largest sum that its alarm reached."""
    state = core.start(recording.run, [recording.outline()], ImagingConfig(alarm=ALARM))
    # something that a leak speaks for, other things do not, and a threshold beyond reach
    nothing, weights = np.zeros(len(TERMS)), np.zeros(len(TERMS))
    weights[TERMS.index("log evidence")], weights[TERMS.index("log area_mm2")] = 2.0, 1.0
    leak = Logistic(nothing, nothing + 1, weights, nothing, -4.5)
    state = replace(state, leak_model=replace(state.leak_model, leak=leak), threshold=1e6)
    candidates: list[Candidate] = []
    scores: list[float] = []
    passed_over: list[int] = []
    largest = 0.0
    for frame in frames:
        before, (state, row) = state, core.step(state, frame)
        if not Step(before, state, frame, row).judged:
            passed_over.append(frame.index)
            continue
        tracks = state.seen.tracks if state.seen else ()
        truth = recording.frames[frame.index].truth.labels == 2
        candidates.extend(candidates_of(state, tracks, frame.index, truth, 1.5))
        scores.extend(track.score for track in tracks if track.seen)
        largest = max([largest, *(track.evidence for track in tracks)])
    times_s = tuple(frame.time_s for frame in frames)
    run = RunRecord(times_s, 0.0, None, None, tuple(candidates), (), tuple(passed_over))
    return run, np.array(scores), largest


@pytest.fixture(scope="module")
def leaking() -> Recording:
    return record("lateral")


def frames_of(recording: Recording) -> list[Frame]:
    return [to_frame(stored, recording.run) for stored in recording.stored()]


def test_the_replay_reaches_what_the_alarm_reached(leaking: Recording) -> None:
    run, scores, largest = watched(leaking, frames_of(leaking))
    assert largest > 5
    assert largest_evidence(run, scores, ALARM) == pytest.approx(largest, abs=1e-9)


def test_the_replay_stands_still_where_the_alarm_did(leaking: Recording) -> None:
    frames = frames_of(leaking)
    static = np.random.default_rng(6).normal(0, float(np.std(frames[0].attenuation)), (96, 96))
    # the bone is lost for a frame while the leak is seen, and nothing is decided for a while
    frames[20] = replace(frames[20], attenuation=static.astype(np.float32))
    run, scores, largest = watched(leaking, frames)
    assert set(run.passed_over) >= {20, 21, 22}
    assert {one.frame for one in run.candidates} >= {19, 28}
    assert not {one.frame for one in run.candidates} & set(run.passed_over)
    assert largest > 5
    assert largest_evidence(run, scores, ALARM) == pytest.approx(largest, abs=1e-9)
    # a replay that did not know would have gone on losing
    assert largest_evidence(replace(run, passed_over=()), scores, ALARM) < largest - 1


def test_candidates_are_held_against_the_truth(leaking: Recording) -> None:
    run, _, _ = watched(leaking, frames_of(leaking))
    first = next(frame.index for frame in leaking.frames if (frame.truth.labels == 2).any())
    assert all(one.share == 0 for one in run.candidates if one.frame < first)
    last = [one for one in run.candidates if one.frame == len(leaking.frames) - 1]
    assert max(one.share for one in last) > 0.5


@pytest.mark.slow
def test_a_case_is_drawn_and_observed() -> None:
    one = observe(9, 7, "weighs")
    described = draw(9, 7)
    assert one is not None
    assert (one.index, one.way) == (9, described.way)
    assert len(one.runs) == len(described.case.machine.views)
    for run in one.runs:
        assert len(run.times_s) == described.case.machine.frames
        assert run.first_leak_s is not None
        assert all(len(c.terms) == len(TERMS) for c in run.candidates)
        assert all(0 <= c.share <= 1 for c in run.candidates + run.pools)
        assert not {c.frame for c in run.candidates} & set(run.passed_over)
    assert from_line(to_line(one)) == one


def test_what_the_network_adds_is_judged_on_cases_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the network's terms tell leaks here: with them all are found, without them hardly any."""
    rng = np.random.default_rng(11)
    learned = np.array([term.startswith("learned") for term in TERMS])

    def observed(index: int) -> CaseRecord:
        leaking = index % 2 == 0
        shift = learned * (4.0 if leaking else -4.0)
        seen = tuple(
            Candidate(
                k, 1, float(leaking), tuple((rng.normal(0, 1, len(TERMS)) + shift).round(4).tolist())
            )
            for k in range(6, 20)
        )  # fmt: skip
        leak_s = 0.8 if leaking else None
        run = RunRecord(tuple(k / 7.5 for k in range(20)), 0.0, leak_s, leak_s, seen, (), ())
        return CaseRecord(index, "disc" if leaking else "", (run,))

    for seed in (3, 4):
        lines = "".join(to_line(observed(index)) for index in range(80))
        (tmp_path / f"seed-{seed}-weighs.jsonl").write_text(lines, encoding="utf-8")
    options = ["--seeds", "3", "4", "--cases", "80", "80", "--jobs", "1", "--out", str(tmp_path)]
    assert score.main(options) == 0
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines()[2:]]
    found = {(row[0].strip(), row[1].strip()): int(row[3].split("/")[0]) for row in rows}
    assert len(found) == 8
    assert found["with", "0.02"] == 80
    assert found["without", "0.02"] < 40
