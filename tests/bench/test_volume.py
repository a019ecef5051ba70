from leakwatch.bench.volume.page import page
from leakwatch.bench.volume.record import (
    Measured,
    MeasuredFrame,
    MeasuredRun,
    append_runs,
    read_measured,
)


def run_of(case, *factors, true_ul=1000.0, first_ul=0.0, leaked_ul=100.0):
    """A run whose last frames were measured as `factors` times the truth, in three ways alike."""
    frames = [MeasuredFrame(0, first_ul, 0.0, 0.0, None, None, None, None, None, None)]
    for index, factor in enumerate(factors, start=1):
        whole = Measured(factor * true_ul, 0.9 * factor * true_ul, 1.1 * factor * true_ul)
        leak = Measured(factor * 50.0, 0.9 * factor * 50.0, 1.1 * factor * 50.0)
        frames.append(MeasuredFrame(index, true_ul, 50.0, leaked_ul, whole, leak, whole, leak, whole, leak))
    return MeasuredRun(case, "vertebra", "baso4_30", "0/0", 210.0, 0.8, "LIN 12 bits", "", tuple(frames))


def line_of(text, start):
    return next(line for line in text.splitlines() if line.startswith(start))


def test_records_come_back_as_they_were(tmp_path):
    path = tmp_path / "runs.jsonl"
    runs = (run_of(1, 1.0, 1.2), run_of(0, 0.8))
    append_runs(path, runs)
    assert read_measured(path) == (runs[1], runs[0])
    assert read_measured(tmp_path / "none") == ()


def test_the_page_counts_errors_and_cover():
    text = page([run_of(0, 1.5, 1.2), run_of(1, 1.0, 0.96)], 2, 1107)
    # last frames: 20 and 4 % off, +20 and -4 signed; of four frames two are covered
    assert line_of(text, "| masks as found | 2 | 12% | 18% | +8% |")
    assert line_of(text, "| true masks |").endswith("| 50% |")
    assert "--cases 2 --seed 1107" in text
    assert "shows 50% beside the bone" in text


def test_runs_that_began_with_cement_are_counted_and_left_out():
    text = page([run_of(0, 1.0), run_of(1, 3.0, first_ul=40.0)], 2, 1107)
    assert "1 began too late, 1 had enough cement" in text
    assert line_of(text, "| masks as found | 1 |").split("|")[3].strip() == "0%"


def test_little_cement_says_nothing():
    text = page([run_of(0, 2.0, true_ul=100.0)], 1, 1107)
    assert "0 had enough cement" in text
    assert line_of(text, "| masks as found | 0 |")
